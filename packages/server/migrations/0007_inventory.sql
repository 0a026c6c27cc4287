-- Rates are bound to a payment before the card is asked, and coins are reserved for it before the card is charged.

-- ── Quotes ──────────────────────────────────────────────────────────────────────────────────────────────────────────

-- A rate bound to one attempt to pay, with all figures that follow from it. Ends by this database's clock. Another rate
-- is another row: none of these figures can change.
create table quote (
  merchant_id text not null,
  livemode boolean not null,
  id text not null,
  transaction_id text not null,
  state text not null default 'bound' check (state in ('bound', 'used', 'expired')),
  gross numeric(78, 0) not null check (gross > 0),
  fee numeric(78, 0) not null check (fee >= 0),
  spread numeric(78, 0) not null check (spread >= 0),
  remainder numeric(78, 0) not null check (remainder >= 0),
  payout_value numeric(78, 0) not null check (payout_value >= 0),
  payout_amount numeric(78, 0) not null check (payout_amount > 0),
  rate numeric(78, 0) not null check (rate > 0),
  mid_rate numeric(78, 0) not null check (mid_rate > 0),
  receipt json not null,
  bound_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  -- When it ends instead, once the customer's bank has asked for a 3-D Secure challenge.
  grace_until timestamptz not null,
  challenged_at timestamptz,
  ended_at timestamptz,
  primary key (merchant_id, livemode, id),
  -- What a conversion refers to: the database refuses one at another rate or amount than its quote's.
  unique (merchant_id, livemode, id, transaction_id, rate, payout_amount),
  foreign key (merchant_id, livemode, transaction_id) references transaction (merchant_id, livemode, id),
  check (gross = payout_value + fee + spread + remainder),
  check (grace_until >= expires_at and expires_at > bound_at),
  check ((state = 'bound') = (ended_at is null))
);
create unique index quote_one_bound on quote (merchant_id, livemode, transaction_id) where state = 'bound';
create index quote_by_transaction on quote (merchant_id, livemode, transaction_id, bound_at);
create trigger quote_fixed before update on quote for each row execute function refuse_change(
  'merchant_id', 'livemode', 'id', 'transaction_id', 'gross', 'fee', 'spread', 'remainder', 'payout_value',
  'payout_amount', 'rate', 'mid_rate', 'receipt', 'bound_at', 'expires_at', 'grace_until', 'challenged_at', 'ended_at');
create trigger quote_moves before update on quote for each row
  execute function refuse_move('state', 'bound:used,expired');
create trigger quote_kept before delete on quote for each row execute function refuse_write();
create trigger quote_no_truncate before truncate on quote for each statement execute function refuse_write();

alter table conversion add column quote_id text;
-- Conversions from before this migration have none.
alter table conversion add constraint conversion_has_quote check (quote_id is not null) not valid;
-- A quote is used once.
create unique index conversion_by_quote on conversion (merchant_id, livemode, quote_id) where quote_id is not null;
alter table conversion add constraint conversion_as_quoted
  foreign key (merchant_id, livemode, quote_id, transaction_id, rate, payout_amount)
  references quote (merchant_id, livemode, id, transaction_id, rate, payout_amount);

-- ── Inventory ───────────────────────────────────────────────────────────────────────────────────────────────────────

-- What the treasury holds of an asset on a network and what of it is promised. Free is balance − promised − gone.
create table inventory (
  livemode boolean not null,
  network text not null,
  asset text not null check (asset in ('USDT', 'USDC', 'BTC', 'ETH')),
  -- At the chain's head, in minor units, asked for at read_at.
  balance numeric(78, 0) not null check (balance >= 0),
  read_at timestamptz not null,
  -- The sum of all reservations in state `reserved`.
  promised numeric(78, 0) not null check (promised >= 0),
  -- Paid out for good since read_at: the balance may still contain it.
  gone numeric(78, 0) not null default 0 check (gone >= 0),
  primary key (livemode, network, asset)
);
create trigger inventory_kept before delete on inventory for each row execute function refuse_write();

-- wanted: the treasury did not hold enough, the capture waits. reserved: promised, from before the capture until the
-- payout is final. consumed: it is. released: no capture came of it.
create table inventory_reservation (
  merchant_id text not null,
  livemode boolean not null,
  id text not null,
  transaction_id text not null,
  network text not null,
  asset text not null,
  -- Null: not reserved yet.
  amount numeric(78, 0) check (amount > 0),
  state text not null check (state in ('wanted', 'reserved', 'consumed', 'released')),
  created_at timestamptz not null default clock_timestamp(),
  reserved_at timestamptz,
  ended_at timestamptz,
  primary key (merchant_id, livemode, id),
  unique (merchant_id, livemode, transaction_id),
  foreign key (merchant_id, livemode, transaction_id) references transaction (merchant_id, livemode, id),
  foreign key (livemode, network, asset) references inventory (livemode, network, asset),
  check (state not in ('reserved', 'consumed') or amount is not null),
  check ((amount is null) = (reserved_at is null)),
  check ((state in ('consumed', 'released')) = (ended_at is not null))
);
create index inventory_reservation_consumed on inventory_reservation (livemode, network, asset, ended_at)
  where state = 'consumed';
create index inventory_reservation_open on inventory_reservation (livemode, network, asset, state)
  where state in ('wanted', 'reserved');
create trigger inventory_reservation_fixed before update on inventory_reservation for each row
  execute function refuse_change('merchant_id', 'livemode', 'id', 'transaction_id', 'network', 'asset', 'amount',
    'created_at', 'reserved_at', 'ended_at');
create trigger inventory_reservation_moves before update on inventory_reservation for each row
  execute function refuse_move('state', 'wanted:reserved,released', 'reserved:consumed,released');
create trigger inventory_reservation_kept before delete on inventory_reservation for each row
  execute function refuse_write();
create trigger inventory_reservation_no_truncate before truncate on inventory_reservation for each statement
  execute function refuse_write();

-- What is owed already is promised from the first moment. No balance is known yet, so nothing is free before it is read.
insert into inventory (livemode, network, asset, balance, read_at, promised)
  select t.livemode, t.payout_network, t.payout_currency, 0, '-infinity', sum(c.payout_amount)
  from transaction t join conversion c on (c.merchant_id, c.livemode, c.transaction_id) = (t.merchant_id, t.livemode, t.id)
  where t.state in ('capturing', 'captured') group by 1, 2, 3;
insert into inventory_reservation (merchant_id, livemode, id, transaction_id, network, asset, amount, state, reserved_at)
  select t.merchant_id, t.livemode, 'inv' || substr(t.id, 4), t.id, t.payout_network, t.payout_currency, c.payout_amount,
    'reserved', now()
  from transaction t join conversion c on (c.merchant_id, c.livemode, c.transaction_id) = (t.merchant_id, t.livemode, t.id)
  where t.state in ('capturing', 'captured');
