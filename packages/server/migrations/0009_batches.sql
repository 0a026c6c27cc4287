-- Payouts leave in batches: one transaction on a chain pays one payout or many, in any number of versions of which the
-- chain can run one. What was a payout's (nonce, signed bytes, lease) is its batch's now.

-- ── Batches ─────────────────────────────────────────────────────────────────────────────────────────────────────────

create table payout_batch (
  livemode boolean not null,
  id text not null,
  network text not null,
  asset text not null,
  wallet_address text not null,
  -- Null where transactions are kept apart by the coins that they spend.
  nonce numeric(78, 0),
  state text not null default 'reserved' check (state in (
    'reserved', 'signed', 'broadcast', 'mined', 'final', 'cancelled')),
  payments int not null check (payments > 0),
  -- Of all payments, minor units.
  total numeric(78, 0) not null check (total > 0),
  -- The most that its newest version can cost, in the smallest unit of the coin that pays for it; then what it did cost.
  fee_limit numeric(78, 0) not null check (fee_limit >= 0),
  fee numeric(78, 0) check (fee >= 0),
  -- Of the version that is in a block, else of the newest one sent.
  tx_hash text,
  confirmations int not null default 0,
  -- Why it is not sent again at a higher fee, though it waits.
  hold_reason text,
  -- Somebody wants it taken back: its next version pays nobody.
  cancel_asked_at timestamptz,
  tries int not null default 0,
  wake_at timestamptz not null default now(),
  lease_until timestamptz,
  -- When the state last changed: what left the wallet's balance since then must not be forgotten.
  moved_at timestamptz not null default clock_timestamp(),
  created_at timestamptz not null default now(),
  sent_at timestamptz,
  ended_at timestamptz,
  primary key (livemode, id),
  foreign key (livemode, network, wallet_address) references treasury_wallet (livemode, network, address),
  -- One nonce is one batch for life: the chain runs at most one transaction per (wallet, nonce).
  unique (livemode, network, wallet_address, nonce),
  check ((state in ('final', 'cancelled')) = (ended_at is not null)),
  check ((state in ('final', 'cancelled')) = (fee is not null))
);
create index payout_batch_unfinished on payout_batch (wake_at) where state not in ('final', 'cancelled');
create index payout_batch_open on payout_batch (livemode, network, wallet_address, asset)
  where state not in ('final', 'cancelled');
create index payout_batch_moved on payout_batch (livemode, network, wallet_address, moved_at);
create trigger payout_batch_fixed before update on payout_batch for each row execute function refuse_change(
  'livemode', 'id', 'network', 'asset', 'wallet_address', 'nonce', 'payments', 'total', 'fee', 'cancel_asked_at',
  'created_at', 'sent_at', 'ended_at');
-- `mined` to `broadcast` is a reorganisation. The end needs a final block: of a version that pays, or of one that cancels.
create trigger payout_batch_moves before update on payout_batch for each row execute function refuse_move(
  'state', 'reserved:signed', 'signed:broadcast', 'broadcast:mined,final,cancelled', 'mined:broadcast,final,cancelled');
create trigger payout_batch_kept before delete on payout_batch for each row execute function refuse_write();
create trigger payout_batch_no_truncate before truncate on payout_batch for each statement execute function refuse_write();

-- Who gets what of a batch, in the order of the transaction. A payout is in one batch at a time; only one that was
-- cancelled lets it go.
create table batch_payment (
  livemode boolean not null,
  batch_id text not null,
  line int not null check (line >= 0),
  merchant_id text not null,
  payout_id text not null,
  network text not null,
  asset text not null,
  address text not null,
  amount numeric(78, 0) not null,
  -- Of a final batch; null before.
  outcome text check (outcome in ('paid', 'failed', 'released')),
  primary key (livemode, batch_id, line),
  foreign key (livemode, batch_id) references payout_batch (livemode, id)
);
create unique index batch_payment_of_payout on batch_payment (merchant_id, livemode, payout_id)
  where outcome is distinct from 'released';
create index batch_payment_by_payout on batch_payment (merchant_id, livemode, payout_id);
create trigger batch_payment_fixed before update on batch_payment for each row execute function refuse_change(
  'livemode', 'batch_id', 'line', 'merchant_id', 'payout_id', 'network', 'asset', 'address', 'amount', 'outcome');
create trigger batch_payment_kept before delete on batch_payment for each row execute function refuse_write();
create trigger batch_payment_no_truncate before truncate on batch_payment
  for each statement execute function refuse_write();

create function refuse_release() returns trigger language plpgsql as $$
begin
  if new.outcome = 'released' and not exists (
    select from payout_batch b where b.livemode = new.livemode and b.id = new.batch_id and b.state = 'cancelled') then
    raise exception 'payout % may still be paid by batch %', new.payout_id, new.batch_id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger batch_payment_released before update on batch_payment for each row execute function refuse_release();

-- Coins that a batch spends, for ever: whichever of its versions the chain runs, they are gone.
create table batch_coin (
  livemode boolean not null,
  network text not null,
  outpoint text not null,
  batch_id text not null,
  created_at timestamptz not null default now(),
  primary key (livemode, network, outpoint),
  foreign key (livemode, batch_id) references payout_batch (livemode, id)
);
create trigger batch_coin_append_only before update or delete on batch_coin
  for each row execute function refuse_write();
create trigger batch_coin_no_truncate before truncate on batch_coin for each statement execute function refuse_write();

-- ── Payouts that are under way become batches of one ────────────────────────────────────────────────────────────────

alter table payout add column batch_id text;
alter table payout disable trigger user;
insert into payout_batch (livemode, id, network, asset, wallet_address, nonce, state, payments, total, fee_limit, fee,
    tx_hash, confirmations, tries, wake_at, moved_at, created_at, sent_at, ended_at)
  select livemode, 'pb_' || substr(id, 4), network, asset, wallet_address, nonce,
    case when state = 'failed' then 'final' else state end, 1, amount, 0,
    case when state in ('final', 'failed') then 0 end, tx_hash, confirmations, tries, wake_at, moved_at, created_at,
    sent_at, case when state in ('final', 'failed') then coalesce(completed_at, moved_at) end
  from payout where nonce is not null;
insert into batch_payment (livemode, batch_id, line, merchant_id, payout_id, network, asset, address, amount, outcome)
  select livemode, 'pb_' || substr(id, 4), 0, merchant_id, id, network, asset, address, amount,
    case state when 'final' then 'paid' when 'failed' then 'failed' end
  from payout where nonce is not null;
update payout set batch_id = 'pb_' || substr(id, 4) where nonce is not null;
alter table payout enable trigger user;

-- Every version of a batch's transaction, as it was before it was signed and as it was signed, before it was sent.
create table batch_tx (
  livemode boolean not null,
  batch_id text not null,
  version int not null check (version >= 1),
  kind text not null check (kind in ('pay', 'cancel')),
  network text not null,
  wallet_address text not null,
  nonce numeric(78, 0),
  intent json not null,
  raw text,
  hash text,
  created_at timestamptz not null default now(),
  broadcast_at timestamptz,
  primary key (livemode, batch_id, version),
  unique (network, hash),
  check ((raw is null) = (hash is null)),
  check (broadcast_at is null or raw is not null),
  foreign key (livemode, batch_id) references payout_batch (livemode, id)
);
insert into batch_tx (livemode, batch_id, version, kind, network, wallet_address, nonce, intent, raw, hash, created_at,
    broadcast_at)
  select x.livemode, 'pb_' || substr(x.payout_id, 4), x.version, 'pay', x.network, x.wallet_address, x.nonce,
    json_build_object('id', 'pb_' || substr(x.payout_id, 4),
      'payments', json_build_array(json_build_object('asset', x.asset, 'to', x.address, 'amount', x.amount::text)),
      'fields', x.intent -> 'fields', 'coins', json_build_array(), 'fee', '0'),
    x.raw, x.hash, x.created_at, x.broadcast_at
  from chain_tx x;
drop table chain_tx;
alter table batch_tx rename to chain_tx;
alter index batch_tx_pkey rename to chain_tx_pkey;
alter index batch_tx_network_hash_key rename to chain_tx_network_hash_key;
alter table chain_tx rename constraint batch_tx_livemode_batch_id_fkey to chain_tx_livemode_batch_id_fkey;
create trigger chain_tx_fixed before update on chain_tx for each row execute function refuse_change(
  'livemode', 'batch_id', 'version', 'kind', 'network', 'wallet_address', 'nonce', 'intent', 'raw', 'hash', 'created_at',
  'broadcast_at');
create trigger chain_tx_kept before delete on chain_tx for each row execute function refuse_write();
create trigger chain_tx_no_truncate before truncate on chain_tx for each statement execute function refuse_write();

-- No version can pay anybody else, another amount, with another nonce, or out of coins that are not its batch's.
create function refuse_other_payments() returns trigger language plpgsql as $$
declare
  b payout_batch;
  due jsonb;
  coin text;
begin
  select * into strict b from payout_batch where livemode = new.livemode and id = new.batch_id;
  if (new.network, new.wallet_address, new.nonce) is distinct from (b.network, b.wallet_address, b.nonce) then
    raise exception 'version % of batch % is of another wallet or nonce', new.version, b.id using errcode = 'restrict_violation';
  end if;
  select coalesce(jsonb_agg(jsonb_build_object('asset', asset, 'to', address, 'amount', amount::text) order by line), '[]')
    into due from batch_payment where livemode = b.livemode and batch_id = b.id and new.kind = 'pay';
  if new.intent::jsonb -> 'payments' is distinct from due or new.intent ->> 'id' is distinct from b.id
    or jsonb_array_length(due) <> (case new.kind when 'pay' then b.payments else 0 end) then
    raise exception 'version % of batch % makes other payments', new.version, b.id using errcode = 'restrict_violation';
  end if;
  for coin in select json_array_elements_text(new.intent -> 'coins') loop
    if not exists (
      select from batch_coin where livemode = b.livemode and network = b.network and outpoint = coin and batch_id = b.id)
    then
      raise exception 'batch % has not reserved coin %', b.id, coin using errcode = 'restrict_violation';
    end if;
  end loop;
  return new;
end $$;
create trigger chain_tx_pays before insert on chain_tx for each row execute function refuse_other_payments();

-- ── What payouts do not have any more ───────────────────────────────────────────────────────────────────────────────

drop trigger payout_fixed on payout;
drop trigger payout_moves on payout;
alter table payout drop column wallet_address, drop column nonce, drop column tx_hash, drop column confirmations,
  drop column tries;
alter table payout add foreign key (livemode, batch_id) references payout_batch (livemode, id);
alter table payout add check ((batch_id is null) = (state in ('queued', 'held')));
alter table payout add unique (merchant_id, livemode, id, network, asset, address, amount);
alter table batch_payment add foreign key (merchant_id, livemode, payout_id, network, asset, address, amount)
  references payout (merchant_id, livemode, id, network, asset, address, amount);
create index payout_waiting on payout (livemode, network, asset, wake_at) where state in ('queued', 'held');
create trigger payout_fixed before update on payout for each row execute function refuse_change(
  'merchant_id', 'livemode', 'id', 'transaction_id', 'amount', 'asset', 'network', 'address', 'metadata', 'created_at',
  'sent_at', 'completed_at');
create trigger payout_moves before update on payout for each row execute function refuse_move(
  'state', 'queued:held,reserved', 'held:reserved', 'reserved:signed', 'signed:broadcast',
  'broadcast:mined,final,failed,queued', 'mined:broadcast,final,failed,queued');

-- A payout changes its batch only by going back to the queue, and only when the chain has proof that its batch did not pay.
create function refuse_other_batch() returns trigger language plpgsql as $$
begin
  if old.batch_id is not null and new.batch_id is distinct from old.batch_id and not (new.batch_id is null and exists (
    select from payout_batch b where b.livemode = old.livemode and b.id = old.batch_id and b.state = 'cancelled')) then
    raise exception 'payout % may still be paid by batch %', old.id, old.batch_id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger payout_keeps_batch before update on payout for each row execute function refuse_other_batch();

insert into ledger_account (account, asset, normal)
  values ('gas_expense', 'BTC', 'debit'), ('gas_expense', 'POL', 'debit'), ('hot_wallet', 'POL', 'debit')
  on conflict do nothing;
