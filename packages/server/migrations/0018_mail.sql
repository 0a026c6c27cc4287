-- The language of the page on which somebody paid, for what is written to them later.
alter table transaction add column customer_locale text;

-- What is owed by mail. A row is written in the transaction that causes it and is what sends it, after any crash.
create table mail (
  merchant_id text not null,
  livemode boolean not null,
  id text not null,
  -- `receipt`: to who paid. `webhook_disabled`: to the merchant, about an endpoint that is no longer sent to.
  kind text not null check (kind in ('receipt', 'webhook_disabled')),
  transaction_id text,
  -- Which receipt of its payment. There is no fourth: the page's button is no way to flood a stranger.
  number int check (number between 1 and 3),
  -- Ids only: the endpoint may be deleted before the mail is sent.
  webhook_endpoint_id text,
  address text not null,
  locale text not null,
  state text not null default 'pending' check (state in ('pending', 'sent', 'failed')),
  -- What the mail server said last, or why there is nothing to send.
  reason text,
  tries int not null default 0,
  wake_at timestamptz not null default now(),
  lease_until timestamptz,
  created_at timestamptz not null default date_trunc('milliseconds', now()),
  ended_at timestamptz,
  primary key (merchant_id, livemode, id),
  unique (merchant_id, livemode, transaction_id, number),
  foreign key (merchant_id, livemode, transaction_id) references transaction (merchant_id, livemode, id),
  check ((kind = 'receipt') = (transaction_id is not null)),
  check ((kind = 'receipt') = (number is not null)),
  check ((kind = 'webhook_disabled') = (webhook_endpoint_id is not null)),
  check ((state = 'pending') = (ended_at is null))
);
create index mail_pending on mail (wake_at) where state = 'pending';

-- To whom, about what and in which language a mail goes is fixed with its row; one that has ended stays as it is.
create function refuse_mail_change() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
  if old.state <> 'pending' or (old.merchant_id, old.livemode, old.id, old.kind, old.address, old.locale, old.created_at)
      is distinct from (new.merchant_id, new.livemode, new.id, new.kind, new.address, new.locale, new.created_at)
    or (old.transaction_id, old.number, old.webhook_endpoint_id)
      is distinct from (new.transaction_id, new.number, new.webhook_endpoint_id) then
    raise exception 'a mail that has ended, and what a mail says, cannot be changed' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger mail_fixed before update on mail for each row execute function refuse_mail_change();
create trigger mail_kept before delete on mail for each row execute function refuse_write();
create trigger mail_no_truncate before truncate on mail for each statement execute function refuse_write();
