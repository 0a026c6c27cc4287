-- Skiro, first schema. Forward only: never edit a migration that has landed, add the next one.
--
-- Conventions: tenant tables are keyed by (merchant_id, livemode, …) so that they can be sharded by merchant. Money is
-- numeric(78,0) in minor units. `state` is our own machine, `status` the word the API shows, generated from it.

-- ── Tools ───────────────────────────────────────────────────────────────────────────────────────────────────────────

create function refuse_write() returns trigger language plpgsql as $$
begin
  raise exception '% of % is not allowed: it is append-only', tg_op, tg_table_name using errcode = 'restrict_violation';
end $$;

-- Trigger arguments name the columns that may be set once, from null, and never changed after.
create function refuse_change() returns trigger language plpgsql as $$
declare
  before jsonb := to_jsonb(old);
  after jsonb := to_jsonb(new);
  name text;
begin
  foreach name in array tg_argv loop
    if before -> name <> 'null'::jsonb and before -> name is distinct from after -> name then
      raise exception '%.% must not change', tg_table_name, name using errcode = 'restrict_violation';
    end if;
  end loop;
  return new;
end $$;

-- Trigger arguments: the column that holds the state, then `from:to,to` for every state that may be left. The code has
-- the same tables; here they bind whoever writes, also by hand.
create function refuse_move() returns trigger language plpgsql as $$
declare
  was text := to_jsonb(old) ->> tg_argv[0];
  now text := to_jsonb(new) ->> tg_argv[0];
  move text;
begin
  if was = now then return new; end if;
  for i in 1 .. tg_nargs - 1 loop
    move := tg_argv[i];
    if split_part(move, ':', 1) = was and now = any (string_to_array(split_part(move, ':', 2), ',')) then return new; end if;
  end loop;
  raise exception '% % cannot go from % to %', tg_table_name, new.id, was, now using errcode = 'restrict_violation';
end $$;

-- ── Merchants ───────────────────────────────────────────────────────────────────────────────────────────────────────

create table merchant (
  id text primary key,
  name text not null check (length(name) between 1 and 100),
  email text not null,
  plan text not null default 'free',
  created_at timestamptz not null default now()
);

-- The key is `sk_<mode>_<id><secret>`: found by its public id, proven by the hash of the secret.
create table api_key (
  id text primary key,
  merchant_id text not null references merchant,
  livemode boolean not null,
  secret_hash bytea not null check (octet_length(secret_hash) = 32),
  label text not null default '',
  created_at timestamptz not null default now(),
  revoked_at timestamptz
);
create index on api_key (merchant_id, livemode);

create table wallet (
  merchant_id text not null references merchant,
  livemode boolean not null,
  asset text not null check (asset in ('USDT', 'USDC', 'BTC', 'ETH')),
  network text not null,
  address text not null,
  created_at timestamptz not null default now(),
  primary key (merchant_id, livemode, asset)
);

-- ── Checkout ────────────────────────────────────────────────────────────────────────────────────────────────────────

create table checkout_session (
  merchant_id text not null references merchant,
  livemode boolean not null,
  id text not null,
  status text not null default 'pending' check (status in ('pending', 'completed', 'failed', 'expired')),
  amount numeric(78, 0) not null check (amount > 0),
  currency text not null check (currency in ('USD', 'EUR', 'GBP', 'CAD', 'AUD')),
  payout_currency text not null check (payout_currency in ('USDT', 'USDC', 'BTC', 'ETH')),
  customer_email text,
  metadata json not null default '{}',
  redirect_url text,
  webhook_url text,
  transaction_id text,
  attempts int not null default 0,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  primary key (merchant_id, livemode, id),
  check (expires_at > created_at),
  check (status <> 'completed' or transaction_id is not null)
);
-- The hosted page knows only the id.
create index checkout_session_id on checkout_session (id);
create index checkout_session_due on checkout_session (expires_at) where status = 'pending';
create trigger checkout_session_fixed before update on checkout_session for each row execute function refuse_change(
  'merchant_id', 'livemode', 'id', 'amount', 'currency', 'payout_currency', 'metadata', 'redirect_url', 'webhook_url',
  'transaction_id', 'expires_at', 'created_at');

create trigger checkout_session_moves before update on checkout_session for each row
  execute function refuse_move('status', 'pending:completed,failed,expired');

create table idempotency_key (
  merchant_id text not null,
  livemode boolean not null,
  route text not null,
  key text not null check (length(key) between 1 and 255),
  fingerprint bytea not null,
  object_id text not null,
  created_at timestamptz not null default now(),
  primary key (merchant_id, livemode, route, key)
);

-- ── Transactions: one row per attempt to charge a card ──────────────────────────────────────────────────────────────

create table transaction (
  merchant_id text not null,
  livemode boolean not null,
  id text not null,
  checkout_session_id text not null,
  state text not null default 'authorizing' check (state in (
    'authorizing', 'authorized', 'capturing', 'captured', 'paid_out', 'declined', 'voiding', 'voided', 'refunded')),
  status text not null generated always as (case
    when state in ('authorizing', 'authorized', 'capturing', 'voiding') then 'pending'
    when state = 'captured' then 'processing'
    when state = 'paid_out' then 'completed'
    when state = 'refunded' then 'refunded'
    else 'failed' end) stored,
  amount numeric(78, 0) not null check (amount > 0),
  currency text not null,
  fee_bps int not null check (fee_bps between 0 and 10000),
  fee_amount numeric(78, 0) not null check (fee_amount >= 0 and fee_amount <= amount),
  spread_bps int not null check (spread_bps between 0 and 10000),
  payout_currency text not null,
  payout_network text not null,
  payout_address text not null,
  payout_amount numeric(78, 0) check (payout_amount > 0),
  payout_id text,
  amount_refunded numeric(78, 0) not null default 0 check (amount_refunded between 0 and amount),
  acquirer text not null,
  acquirer_ref text,
  card_token text,
  -- Of the token, which is dropped once used: a page that sends the same attempt twice gets the same answer twice.
  card_token_hash bytea not null,
  card_brand text,
  card_last_four text check (card_last_four ~ '^[0-9]{4}$'),
  failure_code text,
  failure_message text,
  customer_email text,
  metadata json not null,
  webhook_url text,
  tries int not null default 0,
  wake_at timestamptz not null default now(),
  lease_until timestamptz,
  give_up_at timestamptz,
  created_at timestamptz not null default now(),
  captured_at timestamptz,
  paid_out_at timestamptz,
  primary key (merchant_id, livemode, id),
  foreign key (merchant_id, livemode, checkout_session_id) references checkout_session (merchant_id, livemode, id),
  check (state not in ('captured', 'paid_out', 'refunded') or (payout_amount is not null and captured_at is not null)),
  check (state <> 'paid_out' or paid_out_at is not null)
);
-- A second live charge for one session is impossible, also while the first one's outcome is unknown.
create unique index transaction_one_live_charge on transaction (merchant_id, livemode, checkout_session_id)
  where state not in ('declined', 'voided');
create unique index transaction_one_per_token
  on transaction (merchant_id, livemode, checkout_session_id, card_token_hash);
create index transaction_by_session on transaction (merchant_id, livemode, checkout_session_id);
create unique index transaction_by_acquirer_ref on transaction (acquirer, acquirer_ref);
create index transaction_unfinished on transaction (wake_at)
  where state in ('authorizing', 'authorized', 'capturing', 'voiding');
create trigger transaction_fixed before update on transaction for each row execute function refuse_change(
  'merchant_id', 'livemode', 'id', 'checkout_session_id', 'amount', 'currency', 'fee_bps', 'fee_amount', 'spread_bps',
  'payout_currency', 'payout_network', 'payout_address', 'payout_amount', 'payout_id', 'acquirer', 'acquirer_ref',
  'card_token_hash', 'metadata', 'created_at', 'captured_at', 'paid_out_at');

create trigger transaction_moves before update on transaction for each row execute function refuse_move(
  'state', 'authorizing:authorized,declined,voiding', 'authorized:capturing,voiding', 'capturing:captured,voided',
  'captured:paid_out,refunded', 'paid_out:refunded', 'voiding:voided');

-- ── Conversions: the rate fixed for a capture, with everything needed to recompute it ───────────────────────────────

create table conversion (
  merchant_id text not null,
  livemode boolean not null,
  id text not null,
  transaction_id text not null,
  gross numeric(78, 0) not null check (gross > 0),
  currency text not null,
  fee numeric(78, 0) not null check (fee >= 0),
  spread numeric(78, 0) not null check (spread >= 0),
  remainder numeric(78, 0) not null check (remainder >= 0),
  payout_value numeric(78, 0) not null check (payout_value >= 0),
  payout_amount numeric(78, 0) not null check (payout_amount > 0),
  payout_currency text not null,
  rate numeric(78, 0) not null check (rate > 0),
  mid_rate numeric(78, 0) not null check (mid_rate > 0),
  receipt json not null,
  created_at timestamptz not null default now(),
  primary key (merchant_id, livemode, id),
  unique (merchant_id, livemode, transaction_id),
  foreign key (merchant_id, livemode, transaction_id) references transaction (merchant_id, livemode, id),
  check (gross = payout_value + fee + spread + remainder)
);
create trigger conversion_append_only before update or delete on conversion
  for each row execute function refuse_write();
create trigger conversion_no_truncate before truncate on conversion for each statement execute function refuse_write();

-- ── Ledger: double entry, append-only, balanced per asset at commit ─────────────────────────────────────────────────

create table ledger_account (
  account text not null,
  asset text not null,
  -- Which side it grows on: a check for people, not a constraint on single postings.
  normal text not null check (normal in ('debit', 'credit')),
  primary key (account, asset)
);
insert into ledger_account (account, asset, normal)
  select account, asset, normal
  from (values ('acquirer_receivable', 'debit'), ('fx', 'debit'), ('fee_revenue', 'credit'),
               ('spread_revenue', 'credit'), ('rounding', 'credit')) a (account, normal),
       (values ('USD'), ('EUR'), ('GBP'), ('CAD'), ('AUD')) f (asset)
  union all
  select account, asset, normal
  from (values ('fx', 'credit'), ('hot_wallet', 'debit'), ('merchant_payable', 'credit'),
               ('payout_in_flight', 'credit')) a (account, normal),
       (values ('USDT'), ('USDC'), ('BTC'), ('ETH')) c (asset)
  union all values ('gas_expense', 'ETH', 'debit');

create table journal (
  merchant_id text not null,
  livemode boolean not null,
  id text not null,
  -- What happened to what, e.g. `capture:txn_…`: the same thing cannot be booked twice.
  key text not null,
  created_at timestamptz not null default now(),
  primary key (merchant_id, livemode, id),
  unique (merchant_id, livemode, key)
);

-- Debit positive, credit negative.
create table posting (
  merchant_id text not null,
  livemode boolean not null,
  journal_id text not null,
  line int not null,
  account text not null,
  asset text not null,
  amount numeric(78, 0) not null check (amount <> 0),
  primary key (merchant_id, livemode, journal_id, line),
  foreign key (merchant_id, livemode, journal_id) references journal (merchant_id, livemode, id),
  foreign key (account, asset) references ledger_account (account, asset)
);

create function refuse_unbalanced() returns trigger language plpgsql as $$
declare
  m text := new.merchant_id;
  l boolean := new.livemode;
  j text := to_jsonb(new) ->> (case tg_table_name when 'journal' then 'id' else 'journal_id' end);
  bad text;
begin
  if not exists (select from posting where merchant_id = m and livemode = l and journal_id = j) then
    raise exception 'journal % has no postings', j using errcode = 'check_violation';
  end if;
  -- A journal is written whole, by one transaction: nothing is added to what happened.
  if not exists (
    select from journal where merchant_id = m and livemode = l and id = j and xmin = pg_current_xact_id()::xid) then
    raise exception 'journal % is closed', j using errcode = 'restrict_violation';
  end if;
  select string_agg(asset || ' ' || total, ', ') into bad from (
    select asset, sum(amount) total from posting
    where merchant_id = m and livemode = l and journal_id = j group by asset having sum(amount) <> 0) x;
  if bad is not null then
    raise exception 'journal % is unbalanced: %', j, bad using errcode = 'check_violation';
  end if;
  return null;
end $$;

create constraint trigger journal_balanced after insert on journal
  deferrable initially deferred for each row execute function refuse_unbalanced();
create constraint trigger posting_balanced after insert on posting
  deferrable initially deferred for each row execute function refuse_unbalanced();
create trigger journal_append_only before update or delete on journal for each row execute function refuse_write();
create trigger posting_append_only before update or delete on posting for each row execute function refuse_write();
create trigger journal_no_truncate before truncate on journal for each statement execute function refuse_write();
create trigger posting_no_truncate before truncate on posting for each statement execute function refuse_write();

-- ── Payouts ─────────────────────────────────────────────────────────────────────────────────────────────────────────

-- A hot wallet. Its nonces are ours: they are handed out here and never read from the chain.
create table treasury_wallet (
  livemode boolean not null,
  network text not null,
  address text not null,
  next_nonce numeric(78, 0) not null check (next_nonce >= 0),
  hold_reason text,
  created_at timestamptz not null default now(),
  primary key (livemode, network, address)
);

create table payout (
  merchant_id text not null,
  livemode boolean not null,
  id text not null,
  transaction_id text not null,
  state text not null default 'queued' check (state in (
    'queued', 'held', 'reserved', 'signed', 'broadcast', 'mined', 'final', 'failed')),
  status text not null generated always as (case
    when state in ('queued', 'reserved', 'signed') then 'pending'
    when state = 'held' then 'held'
    when state in ('broadcast', 'mined') then 'sent'
    when state = 'final' then 'completed'
    else 'failed' end) stored,
  amount numeric(78, 0) not null check (amount > 0),
  asset text not null,
  network text not null,
  address text not null,
  wallet_address text,
  nonce numeric(78, 0),
  hold_reason text,
  failure_reason text,
  tx_hash text,
  confirmations int not null default 0,
  metadata json not null,
  webhook_url text,
  tries int not null default 0,
  wake_at timestamptz not null default now(),
  lease_until timestamptz,
  -- When the state last changed: what left the wallet's balance since then must not be forgotten.
  moved_at timestamptz not null default clock_timestamp(),
  created_at timestamptz not null default now(),
  sent_at timestamptz,
  completed_at timestamptz,
  primary key (merchant_id, livemode, id),
  foreign key (merchant_id, livemode, transaction_id) references transaction (merchant_id, livemode, id),
  foreign key (livemode, network, wallet_address) references treasury_wallet (livemode, network, address),
  check ((wallet_address is null) = (nonce is null)),
  check ((nonce is null) = (state in ('queued', 'held'))),
  check (state <> 'held' or hold_reason is not null),
  check (state <> 'final' or completed_at is not null),
  -- One nonce is one payout for life: the chain runs at most one transaction per (wallet, nonce).
  unique (livemode, network, wallet_address, nonce),
  unique (merchant_id, livemode, id, network, wallet_address, nonce, asset, address, amount)
);
-- One live payout per transaction; another may exist only after proof that the first did not pay.
create unique index payout_one_live on payout (merchant_id, livemode, transaction_id) where state <> 'failed';
create index payout_unfinished on payout (wake_at) where state not in ('final', 'failed');
create trigger payout_fixed before update on payout for each row execute function refuse_change(
  'merchant_id', 'livemode', 'id', 'transaction_id', 'amount', 'asset', 'network', 'address', 'wallet_address', 'nonce',
  'metadata', 'created_at', 'sent_at', 'completed_at');

create trigger payout_moves before update on payout for each row execute function refuse_move(
  'state', 'queued:held,reserved', 'held:reserved', 'reserved:signed', 'signed:broadcast',
  'broadcast:mined,final,failed', 'mined:broadcast,final,failed');

-- Every version of a payout's transaction. The foreign key makes it impossible that any version pays another address,
-- another amount or with another nonce. The signed bytes are here before they are sent.
create table chain_tx (
  livemode boolean not null,
  network text not null,
  wallet_address text not null,
  nonce numeric(78, 0) not null,
  version int not null check (version >= 1),
  merchant_id text not null,
  payout_id text not null,
  asset text not null,
  address text not null,
  amount numeric(78, 0) not null,
  intent json not null,
  raw text,
  hash text,
  created_at timestamptz not null default now(),
  broadcast_at timestamptz,
  primary key (livemode, network, wallet_address, nonce, version),
  unique (network, hash),
  check ((raw is null) = (hash is null)),
  check (broadcast_at is null or raw is not null),
  foreign key (merchant_id, livemode, payout_id, network, wallet_address, nonce, asset, address, amount)
    references payout (merchant_id, livemode, id, network, wallet_address, nonce, asset, address, amount)
);
create index chain_tx_by_payout on chain_tx (merchant_id, livemode, payout_id);
create trigger chain_tx_fixed before update on chain_tx for each row execute function refuse_change(
  'livemode', 'network', 'wallet_address', 'nonce', 'version', 'merchant_id', 'payout_id', 'asset', 'address', 'amount',
  'intent', 'raw', 'hash', 'created_at', 'broadcast_at');
create trigger chain_tx_kept before delete on chain_tx for each row execute function refuse_write();
create trigger chain_tx_no_truncate before truncate on chain_tx for each statement execute function refuse_write();

-- ── Events and webhooks ─────────────────────────────────────────────────────────────────────────────────────────────

create table event_counter (
  merchant_id text not null references merchant,
  livemode boolean not null,
  last_sequence bigint not null default 0,
  primary key (merchant_id, livemode)
);

create table event (
  merchant_id text not null,
  livemode boolean not null,
  id text not null,
  sequence bigint not null,
  type text not null,
  object_id text not null,
  data json not null,
  webhook_url text,
  fanned_out_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (merchant_id, livemode, id),
  unique (merchant_id, livemode, sequence)
);
create index event_by_object on event (merchant_id, livemode, object_id);
create index event_waiting on event (created_at) where fanned_out_at is null;
create trigger event_fixed before update on event for each row execute function refuse_change(
  'merchant_id', 'livemode', 'id', 'sequence', 'type', 'object_id', 'data', 'webhook_url', 'created_at', 'fanned_out_at');
create trigger event_kept before delete on event for each row execute function refuse_write();
create trigger event_no_truncate before truncate on event for each statement execute function refuse_write();

create table webhook_endpoint (
  merchant_id text not null references merchant,
  livemode boolean not null,
  id text not null,
  -- Null on a default endpoint without a URL: its secret still signs sessions that bring their own webhook_url.
  url text,
  is_default boolean not null default false,
  status text not null default 'enabled' check (status in ('enabled', 'disabled')),
  secret_sealed bytea not null,
  created_at timestamptz not null default now(),
  primary key (merchant_id, livemode, id)
);
create unique index webhook_endpoint_one_default on webhook_endpoint (merchant_id, livemode) where is_default;

create table webhook_delivery (
  merchant_id text not null,
  livemode boolean not null,
  id text not null,
  event_id text not null,
  endpoint_id text not null,
  url text not null,
  state text not null default 'pending' check (state in ('pending', 'succeeded', 'failed')),
  tries int not null default 0,
  wake_at timestamptz not null default now(),
  lease_until timestamptz,
  last_status int,
  last_diagnosis text,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (merchant_id, livemode, id),
  unique (merchant_id, livemode, event_id, endpoint_id),
  foreign key (merchant_id, livemode, event_id) references event (merchant_id, livemode, id),
  foreign key (merchant_id, livemode, endpoint_id) references webhook_endpoint (merchant_id, livemode, id)
);
create index webhook_delivery_waiting on webhook_delivery (wake_at) where state = 'pending';

-- ── Inbox of the acquirer's webhooks ────────────────────────────────────────────────────────────────────────────────

create table acquirer_event (
  acquirer text not null,
  livemode boolean not null,
  id text not null,
  type text not null,
  payment_ref text not null,
  received_at timestamptz not null default now(),
  primary key (acquirer, livemode, id)
);
