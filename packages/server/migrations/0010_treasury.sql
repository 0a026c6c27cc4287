-- What the treasury asks of an exchange: one row each, written before the call. It says all that the call says, and a
-- second call for it can say nothing else.
create table treasury_order (
  livemode boolean not null,
  id text not null,
  -- `hedge`: buys what was sold to merchants. `refill`: sends coins to a wallet of ours.
  kind text not null check (kind in ('hedge', 'refill')),
  venue text not null,
  -- What the exchange knows it by, where it takes such a thing.
  client_id text not null,
  asset text not null,
  -- Minor units of `asset`: what to buy, or what leaves the exchange, its fee included.
  amount numeric(78, 0) not null check (amount > 0),
  -- Of a hedge: what is paid with, and the most for one unit, scaled by 10^18.
  currency text,
  limit_price numeric(78, 0) check (limit_price > 0),
  -- Of a refill: where to, and the name that the exchange keeps that address under.
  network text,
  address text,
  withdraw_key text,
  -- pending: no call for it can be under way or have had an effect. unknown: one was begun, and nobody knows yet what came
  -- of it. accepted: the exchange has it. manual: a person has to find out.
  state text not null default 'pending' check (state in ('pending', 'unknown', 'accepted', 'manual', 'done', 'failed')),
  -- When the last call for it was begun; whoever began it may record what came of it, nobody else's call.
  sent_at timestamptz check (sent_at = date_trunc('milliseconds', sent_at)),
  -- The exchange's own name for it.
  reference text,
  tx_hash text,
  -- Of a hedge: bought, and paid for it. Of a refill: arrived. `fee` in `fee_asset`.
  filled numeric(78, 0) check (filled >= 0),
  paid numeric(78, 0) check (paid >= 0),
  fee numeric(78, 0) check (fee >= 0),
  fee_asset text,
  -- Why it failed, or what is not known.
  reason text,
  tries int not null default 0,
  wake_at timestamptz not null default now(),
  lease_until timestamptz,
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  primary key (livemode, id),
  unique (livemode, venue, client_id),
  check ((kind = 'hedge') = (currency is not null)),
  check ((kind = 'hedge') = (limit_price is not null)),
  check ((kind = 'refill') = (network is not null)),
  check ((kind = 'refill') = (address is not null)),
  check ((kind = 'refill') = (withdraw_key is not null)),
  check ((state in ('done', 'failed')) = (ended_at is not null)),
  check (state <> 'pending' or sent_at is null),
  check (state in ('pending', 'failed') or sent_at is not null),
  check (state <> 'done' or filled > 0 and fee is not null and fee_asset is not null)
);
-- One at a time for each pair and each wallet: what is under way is not ordered again.
create unique index treasury_order_one_hedge on treasury_order (livemode, asset, currency)
  where kind = 'hedge' and ended_at is null;
create unique index treasury_order_one_refill on treasury_order (livemode, network, asset)
  where kind = 'refill' and ended_at is null;
-- An exchange that takes no client id knows a withdrawal by asset, address and amount: no two of ours are alike.
create unique index treasury_order_told_apart on treasury_order (livemode, venue, asset, withdraw_key, amount)
  where kind = 'refill';
create index treasury_order_open on treasury_order (wake_at) where ended_at is null;
create index treasury_order_ended on treasury_order (livemode, ended_at);
create trigger treasury_order_fixed before update on treasury_order for each row execute function refuse_change(
  'livemode', 'id', 'kind', 'venue', 'client_id', 'asset', 'amount', 'currency', 'limit_price', 'network', 'address',
  'withdraw_key', 'reference', 'filled', 'paid', 'fee', 'fee_asset', 'created_at', 'ended_at');
create trigger treasury_order_moves before update on treasury_order for each row execute function refuse_move(
  'state', 'pending:unknown,failed', 'unknown:pending,accepted,manual,done,failed', 'accepted:manual,done,failed',
  'manual:accepted,done,failed');
create trigger treasury_order_kept before delete on treasury_order for each row execute function refuse_write();
create trigger treasury_order_no_truncate before truncate on treasury_order
  for each statement execute function refuse_write();
