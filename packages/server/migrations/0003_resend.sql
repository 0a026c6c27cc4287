-- Sending an event again: POST /v1/events/{id}/resend.

alter table webhook_delivery
  -- How often it was armed again. A try that began before does not decide what happens after.
  add column resends int not null default 0 check (resends >= 0),
  -- Since when it is tried this time; null until the first resend. The 72 hours count from here.
  add column armed_at timestamptz;
-- For ending what is on its way to an endpoint that is switched off.
create index webhook_delivery_of_endpoint on webhook_delivery (merchant_id, livemode, endpoint_id)
  where state = 'pending';
