-- What the whole API needs: keys with scope and expiry, answers kept for retries, webhook endpoints that merchants
-- manage, totals of lists without counting, shared rate limits.

-- ── Keys ────────────────────────────────────────────────────────────────────────────────────────────────────────────

alter table api_key
  add column scope text not null default 'full' check (scope in ('full', 'read')),
  add column expires_at timestamptz,
  -- Written at most about once a minute per key and process: good enough to see whether a key is still in use.
  add column last_used_at timestamptz;
create trigger api_key_fixed before update on api_key for each row execute function refuse_change(
  'id', 'merchant_id', 'livemode', 'secret_hash', 'scope', 'created_at', 'revoked_at');

-- ── Idempotency: the first answer, for routes that cannot make it again from the object ─────────────────────────────

alter table idempotency_key
  alter column object_id drop not null,
  add column status int check (status between 200 and 299),
  -- Sealed: an answer may show a secret that is shown once.
  add column answer_sealed bytea,
  add check ((status is null) = (answer_sealed is null)),
  add check (object_id is not null or answer_sealed is not null);
create index idempotency_key_age on idempotency_key (created_at);

-- ── Webhook endpoints ───────────────────────────────────────────────────────────────────────────────────────────────

alter table webhook_endpoint
  add column events text[] not null default '{*}' check (cardinality(events) > 0),
  add column description text check (length(description) <= 500),
  -- After a rotation both secrets sign until this moment.
  add column previous_secret_sealed bytea,
  add column previous_secret_until timestamptz,
  add column deleted_at timestamptz,
  add check ((previous_secret_sealed is null) = (previous_secret_until is null)),
  add check (deleted_at is null or not is_default);
create trigger webhook_endpoint_fixed before update on webhook_endpoint for each row execute function refuse_change(
  'merchant_id', 'livemode', 'id', 'is_default', 'created_at', 'deleted_at');

-- An event for one endpoint only: what POST /v1/webhooks/{id}/test makes.
alter table event add column endpoint_id text;
drop trigger event_fixed on event;
create trigger event_fixed before update on event for each row execute function refuse_change(
  'merchant_id', 'livemode', 'id', 'sequence', 'type', 'object_id', 'data', 'webhook_url', 'endpoint_id', 'created_at',
  'fanned_out_at');

-- ── Lists ───────────────────────────────────────────────────────────────────────────────────────────────────────────

-- How many rows of a list were created in an hour, per status (or event type). Writers only append differences, so
-- that they never wait for each other; a sweep folds them. A total is a sum over hours, never a count over history.
create table list_count (
  merchant_id text not null,
  livemode boolean not null,
  list text not null check (list in ('checkout_session', 'transaction', 'payout', 'event')),
  word text not null,
  hour timestamptz not null,
  n bigint not null
);
create index list_count_read on list_count (merchant_id, livemode, list, hour) include (word, n);

-- Trigger arguments: the list and the column whose word is counted.
create function count_in_list() returns trigger language plpgsql as $$
declare
  hour timestamptz := date_trunc('hour', new.created_at, 'UTC');
  after text := to_jsonb(new) ->> tg_argv[1];
  before text;
begin
  if tg_op = 'UPDATE' then
    before := to_jsonb(old) ->> tg_argv[1];
    if before = after then return null; end if;
    insert into list_count values (new.merchant_id, new.livemode, tg_argv[0], before, hour, -1);
  end if;
  insert into list_count values (new.merchant_id, new.livemode, tg_argv[0], after, hour, 1);
  return null;
end $$;

-- New sessions are counted by the statement that stores them, once per group: see checkout/store.ts.
create trigger checkout_session_counted after update of status on checkout_session
  for each row execute function count_in_list('checkout_session', 'status');
create trigger transaction_counted after insert or update on transaction
  for each row execute function count_in_list('transaction', 'status');
create trigger payout_counted after insert or update on payout
  for each row execute function count_in_list('payout', 'status');
create trigger event_counted after insert on event
  for each row execute function count_in_list('event', 'type');

insert into list_count
  select merchant_id, livemode, 'checkout_session', status, date_trunc('hour', created_at, 'UTC'), count(*)
  from checkout_session group by 1, 2, 4, 5;
insert into list_count
  select merchant_id, livemode, 'transaction', status, date_trunc('hour', created_at, 'UTC'), count(*)
  from transaction group by 1, 2, 4, 5;
insert into list_count
  select merchant_id, livemode, 'payout', status, date_trunc('hour', created_at, 'UTC'), count(*)
  from payout group by 1, 2, 4, 5;
insert into list_count
  select merchant_id, livemode, 'event', type, date_trunc('hour', created_at, 'UTC'), count(*)
  from event group by 1, 2, 4, 5;

-- GET /v1/checkout?metadata[order_id]=…
create index checkout_session_order on checkout_session (merchant_id, livemode, (metadata ->> 'order_id'), id)
  where metadata ->> 'order_id' is not null;
-- A pending session is at most days old, so the primary key finds it; the others may lie anywhere in history.
create index checkout_session_ended on checkout_session (merchant_id, livemode, status, id) where status <> 'pending';
create index transaction_by_status on transaction (merchant_id, livemode, status, id);
create index payout_by_status on payout (merchant_id, livemode, status, id);
create index event_by_type on event (merchant_id, livemode, type, sequence);

-- ── Rate limits ─────────────────────────────────────────────────────────────────────────────────────────────────────

-- What all processes together have handed out in the current window. Unlogged: after a crash every window is new.
create unlogged table rate_limit (
  bucket text primary key,
  window_end timestamptz not null,
  taken bigint not null
);
create index rate_limit_over on rate_limit (window_end);
