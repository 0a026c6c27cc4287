-- What every call to an acquirer says, and since when it may be there: written down before it is made. Each try sends what
-- stands here, whatever the program that tries would say by then.
create table acquirer_request (
  merchant_id text not null,
  livemode boolean not null,
  transaction_id text not null,
  call text not null check (call in ('create', 'confirm', 'capture', 'void')),
  -- The idempotency key of every try.
  key text not null,
  path text not null,
  -- As it goes out. That of `confirm` has the single-use token of the card in it, and goes when the token goes.
  body text,
  -- Since when the acquirer may have it; null while it certainly does not. No key lives for ever: see `key_lifetime_seconds`.
  first_sent_at timestamptz,
  tries int not null default 1 check (tries > 0),
  created_at timestamptz not null default now(),
  primary key (merchant_id, livemode, transaction_id, call),
  unique (livemode, key),
  foreign key (merchant_id, livemode, transaction_id) references transaction (merchant_id, livemode, id),
  check (body is not null or call = 'confirm')
);

create function refuse_other_body() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
  if new.body is not null and new.body is distinct from old.body then
    raise exception 'acquirer_request.body must not change' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger acquirer_request_fixed before update on acquirer_request for each row execute function refuse_change(
  'merchant_id', 'livemode', 'transaction_id', 'call', 'key', 'path', 'created_at');
create trigger acquirer_request_body before update of body on acquirer_request
  for each row execute function refuse_other_body();
create trigger acquirer_request_kept before delete on acquirer_request for each row execute function refuse_write();
create trigger acquirer_request_no_truncate before truncate on acquirer_request
  for each statement execute function refuse_write();

-- Since when a person is needed: the key of a call is too old to send it again, and the acquirer does not say what became
-- of it. It is still asked.
alter table transaction add column unknown_since timestamptz;
create index transaction_unknown on transaction (unknown_since) where unknown_since is not null;
