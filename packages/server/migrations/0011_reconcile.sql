-- What a database that was restored or copied is recognised by. See docs/decisions/0016-restore-guard.md.

-- One row per mode, made by the first worker. No payout of the mode gets a transaction while it says why.
create table payout_guard (
  livemode boolean primary key,
  hold_reason text,
  -- Which database this is: PostgreSQL's own number of its cluster (null where it may not be read), and the database in it.
  system_identifier text,
  database_oid oid not null,
  -- The newest event of the acquirer that was compared with the transactions here.
  acquirer text,
  acquirer_event text,
  compared_at timestamptz
);
create trigger payout_guard_kept before delete on payout_guard for each row execute function refuse_write();

-- Nonces that the chain has used and no batch of this database has: before it knew the wallet, or while it was held.
create table wallet_skip (
  livemode boolean not null,
  network text not null,
  address text not null,
  first_nonce numeric(78, 0) not null,
  next_nonce numeric(78, 0) not null,
  reason text not null,
  created_at timestamptz not null default now(),
  primary key (livemode, network, address, first_nonce),
  foreign key (livemode, network, address) references treasury_wallet (livemode, network, address),
  check (first_nonce >= 0 and next_nonce > first_nonce)
);
create trigger wallet_skip_append_only before update or delete on wallet_skip
  for each row execute function refuse_write();
-- What wallets skipped before this was written down: every hole between the nonces of their batches.
insert into wallet_skip (livemode, network, address, first_nonce, next_nonce, reason)
  select livemode, network, address, first_nonce, next_nonce, 'before version 11' from (
    select w.livemode, w.network, w.address, coalesce(lag(b.nonce) over batches + 1, 0) first_nonce, b.nonce next_nonce
    from treasury_wallet w join payout_batch b
      on b.livemode = w.livemode and b.network = w.network and b.wallet_address = w.address and b.nonce is not null
    window batches as (partition by w.livemode, w.network, w.address order by b.nonce)) hole
  where next_nonce > first_nonce;

-- Coins that a wallet had in a final block, until a batch takes them. One that is gone without was spent by somebody else.
create table treasury_coin (
  livemode boolean not null,
  network text not null,
  outpoint text not null,
  address text not null,
  amount numeric(78, 0) not null check (amount > 0),
  seen_at timestamptz not null default now(),
  primary key (livemode, network, outpoint),
  foreign key (livemode, network, address) references treasury_wallet (livemode, network, address)
);
-- The highest block that the coins were read at: a node that is behind says nothing about them.
alter table treasury_wallet add column seen_block numeric(78, 0);
