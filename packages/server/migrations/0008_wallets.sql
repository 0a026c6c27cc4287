-- Payout addresses that are vouched for, address changes that wait, and what was signed.

-- HMAC over merchant, mode, asset, network and address, under a key that is not in the database. The signer checks it.
alter table wallet add column mac bytea check (length(mac) = 32);
-- The next address. Until `effective_at` payments take the old one; after it, this one counts, whether or not anybody
-- has moved it into the first columns.
alter table wallet
  add column next_network text,
  add column next_address text,
  add column next_mac bytea check (length(next_mac) = 32),
  add column effective_at timestamptz,
  add constraint wallet_next check (num_nulls(next_network, next_address, effective_at) in (0, 3)
    and (next_mac is null or next_address is not null));

-- What counts now, and what will.
create view current_wallet as
  select merchant_id, livemode, asset,
    case when due then next_network else network end network,
    case when due then next_address else address end address,
    case when due then next_mac else mac end mac,
    case when not due then next_network end next_network,
    case when not due then next_address end next_address,
    case when not due then effective_at end effective_at
  from (select *, coalesce(effective_at <= now(), false) due from wallet) w;

alter table transaction add column payout_address_mac bytea check (length(payout_address_mac) = 32);
create trigger transaction_mac_fixed before update on transaction for each row
  when (old.payout_address_mac is not null and old.payout_address_mac is distinct from new.payout_address_mac)
  execute function refuse_change('payout_address_mac');
alter table payout add column payout_address_mac bytea check (length(payout_address_mac) = 32);
create trigger payout_mac_fixed before update on payout for each row
  when (old.payout_address_mac is not null and old.payout_address_mac is distinct from new.payout_address_mac)
  execute function refuse_change('payout_address_mac');

-- Orders that the signer inside the gateway has signed. A signer process of its own keeps a file instead.
create table signing (
  livemode boolean not null,
  order_id text not null,
  network text not null,
  -- Public key.
  wallet text not null,
  -- SHA-256 over the payments; null: it only cancelled.
  payments text,
  -- Nonce or outpoint that all versions use up, so that one of them at most can be in a block.
  anchor text not null,
  -- What the payments are counted as, minor units.
  count text,
  amount numeric(78,0) not null check (amount >= 0),
  -- The highest of a version so far.
  fee numeric(78,0) not null check (fee >= 0),
  signed_at timestamptz not null default now(),
  primary key (livemode, order_id),
  unique (livemode, network, wallet, anchor)
);
create trigger signing_fixed before update on signing for each row execute function refuse_change(
  'livemode', 'order_id', 'network', 'wallet', 'payments', 'anchor', 'count', 'amount', 'signed_at');
create trigger signing_kept before delete on signing for each row execute function refuse_write();
create trigger signing_no_truncate before truncate on signing for each statement execute function refuse_write();

-- What each coin was said to hold when it was signed for. Two answers about one coin are how somebody would put
-- signatures of two lies together to one higher fee (BIP 143 signs each input's own amount only).
create table signing_coin (
  livemode boolean not null,
  network text not null,
  -- txid:vout
  slot text not null,
  amount numeric(78,0) not null check (amount > 0),
  primary key (livemode, network, slot)
);
create trigger signing_coin_fixed before update or delete on signing_coin for each row execute function refuse_write();

-- What was signed for, by minute: caps of an hour and a day without adding up every order.
create table signing_total (
  livemode boolean not null,
  count text not null,
  minute timestamptz not null,
  amount numeric(78,0) not null check (amount >= 0),
  primary key (livemode, count, minute)
);

-- The kill switch. A row: nothing of that mode is signed.
create table signer_stop (
  livemode boolean primary key,
  reason text not null,
  stopped_at timestamptz not null default now()
);
