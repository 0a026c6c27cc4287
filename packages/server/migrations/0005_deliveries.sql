-- Webhooks that nothing holds up: events are numbered after they were committed, deliveries wait in a queue per
-- receiver, and every try is kept.

-- ── Events ──────────────────────────────────────────────────────────────────────────────────────────────────────────

-- An event is published by one more transaction after the one that recorded it: it gets the merchant's next number and
-- its deliveries. Numbered at once, all payments of a merchant would wait for each other until the commit.
alter table event alter column sequence drop not null;
alter table event add constraint event_published check (fanned_out_at is null or sequence is not null);
-- The order in which events were recorded, by no machine's clock.
alter table event add column place bigint generated always as identity;
drop index event_waiting;
-- An event that has no number yet costs these two nothing.
alter table event drop constraint event_merchant_id_livemode_sequence_key;
create unique index event_by_sequence on event (merchant_id, livemode, sequence) where sequence is not null;
drop index event_by_type;
create index event_by_type on event (merchant_id, livemode, type, sequence) where sequence is not null;
create index event_unpublished on event (merchant_id, livemode, place) where fanned_out_at is null;

-- Compared where PostgreSQL is quick: a function that turns both rows into JSON made every publication dearer.
drop trigger event_fixed on event;
create trigger event_fixed before update on event for each row when (
    (old.merchant_id, old.livemode, old.id, old.type, old.object_id, old.data::text, old.created_at)
      is distinct from (new.merchant_id, new.livemode, new.id, new.type, new.object_id, new.data::text, new.created_at)
    or (old.webhook_url, old.endpoint_id) is distinct from (new.webhook_url, new.endpoint_id)
    or old.sequence is not null and old.sequence is distinct from new.sequence
    or old.fanned_out_at is not null and old.fanned_out_at is distinct from new.fanned_out_at)
  execute function refuse_write();

-- Counted by the statement that publishes them, once per group: see events/publishStore.ts.
drop trigger event_counted on event;

-- What was sent again, so that who pulls (`skiro listen`) hears of it too. Numbered like events, without gaps.
alter table event_counter add column last_resend bigint not null default 0;
create table event_resend (
  merchant_id text not null,
  livemode boolean not null,
  sequence bigint not null,
  event_id text not null,
  -- The only endpoint that was asked for; null: all that listen.
  endpoint_id text,
  created_at timestamptz not null default now(),
  primary key (merchant_id, livemode, sequence),
  foreign key (merchant_id, livemode, event_id) references event (merchant_id, livemode, id)
);

-- ── Queues ──────────────────────────────────────────────────────────────────────────────────────────────────────────

-- One queue per receiver: an endpoint at its own URL, or a server that sessions name in `webhook_url`. One worker owns a
-- queue at a time and is the only one to send from it, so a receiver that hangs keeps nobody else waiting, and a try
-- costs no lease of its own. When the owner dies its lease runs out and another takes the queue.
create table webhook_queue (
  merchant_id text not null,
  livemode boolean not null,
  endpoint_id text not null,
  -- Scheme, host and port.
  origin text not null,
  -- When its earliest delivery is due; never later than that. Null: nothing is pending.
  due_at timestamptz,
  -- Grows when deliveries are added: who puts the queue down sees whether something came in between.
  added bigint not null default 1,
  owner text,
  -- In the past, without an owner: when it was put down.
  lease_until timestamptz,
  primary key (merchant_id, livemode, endpoint_id, origin),
  foreign key (merchant_id, livemode, endpoint_id) references webhook_endpoint (merchant_id, livemode, id)
) with (fillfactor = 50);
create index webhook_queue_due on webhook_queue (due_at) where due_at is not null;
create index webhook_queue_empty on webhook_queue (lease_until) where due_at is null;

-- A row says what is still to be sent, or was given up. What was accepted leaves it: of that the tries tell, and a row
-- that is deleted costs no index what an update would. The events and endpoints it names are never deleted, so no
-- foreign key looks them up once per delivery.
delete from webhook_delivery where state = 'succeeded';
alter table webhook_delivery add column origin text, add column sequence bigint;
update webhook_delivery d set origin = substring(url from '^[^/]*//[^/?#]*'), armed_at = coalesce(armed_at, created_at),
  sequence = (select e.sequence from event e
    where e.merchant_id = d.merchant_id and e.livemode = d.livemode and e.id = d.event_id);
alter table webhook_delivery
  drop constraint webhook_delivery_pkey,
  drop constraint webhook_delivery_merchant_id_livemode_event_id_endpoint_id_key,
  drop constraint webhook_delivery_merchant_id_livemode_event_id_fkey,
  drop constraint webhook_delivery_merchant_id_livemode_endpoint_id_fkey,
  drop constraint webhook_delivery_state_check,
  drop column lease_until,
  drop column resends,
  alter column origin set not null,
  alter column sequence set not null,
  -- Since when it is tried: its event's publication, or its last resend. The 72 hours count from here.
  alter column armed_at set default now(),
  alter column armed_at set not null,
  add constraint webhook_delivery_state_check check (state in ('pending', 'failed')),
  -- What an endpoint has not accepted is a range of the key, in the order of the events.
  add primary key (merchant_id, livemode, endpoint_id, sequence);
insert into webhook_queue (merchant_id, livemode, endpoint_id, origin, due_at)
  select merchant_id, livemode, endpoint_id, origin, min(wake_at) from webhook_delivery where state = 'pending'
  group by merchant_id, livemode, endpoint_id, origin;

drop index if exists webhook_delivery_waiting, webhook_delivery_of_endpoint;
create index webhook_delivery_due on webhook_delivery (merchant_id, livemode, endpoint_id, origin, wake_at)
  where state = 'pending';
create index webhook_delivery_given_up on webhook_delivery (finished_at) where state = 'failed';

-- ── Every try ───────────────────────────────────────────────────────────────────────────────────────────────────────

create table webhook_attempt (
  merchant_id text not null,
  livemode boolean not null,
  id text not null,
  endpoint_id text not null,
  event_id text not null,
  url text not null,
  -- The how-manieth try, counted from the last resend.
  number int not null check (number > 0),
  succeeded boolean not null,
  -- Null: no answer came.
  status int,
  diagnosis text not null,
  -- Headers as they were sent. The body is the event, the same bytes on every try.
  request_headers json not null,
  response_head text,
  latency_ms int not null check (latency_ms >= 0),
  -- When it is tried again; null: that was the last.
  next_attempt_at timestamptz,
  created_at timestamptz not null,
  -- Endpoint and outcome first: its newest tries are the ends of two ranges of the key, those of one outcome one range,
  -- however rare that outcome is.
  primary key (merchant_id, livemode, endpoint_id, succeeded, id)
);
create index webhook_attempt_of_event on webhook_attempt (merchant_id, livemode, event_id, id);
create index webhook_attempt_age on webhook_attempt (created_at);

-- ── Endpoints that fail ─────────────────────────────────────────────────────────────────────────────────────────────

alter table webhook_endpoint
  -- Since when every try at its own URL failed; null: the last one did not.
  add column failing_since timestamptz,
  add column disabled_reason text check (disabled_reason in ('by_merchant', 'failing', 'gone'));
update webhook_endpoint set disabled_reason = 'by_merchant' where status = 'disabled';
alter table webhook_endpoint add constraint webhook_endpoint_disabled_why
  check ((status = 'disabled') = (disabled_reason is not null));
create index webhook_endpoint_failing on webhook_endpoint (failing_since)
  where failing_since is not null and status = 'enabled';

-- Jobs of the version before: publication and queues find the rows themselves.
do $$ begin
  if to_regclass('graphile_worker._private_jobs') is not null then
    perform graphile_worker.complete_jobs(array(
      select id from graphile_worker.jobs where task_identifier in ('fan_out_event', 'deliver_webhook')));
  end if;
end $$;
