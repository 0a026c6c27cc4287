-- Addresses that a person has cleared: a contract stands there on another network and none on this one, and yet the
-- merchant can use it here.
create table cleared_payee (
  merchant_id text not null references merchant (id),
  livemode boolean not null,
  network text not null,
  address text not null,
  created_at timestamptz not null default now(),
  primary key (merchant_id, livemode, network, address)
);
create trigger cleared_payee_append_only before update on cleared_payee for each row execute function refuse_write();
