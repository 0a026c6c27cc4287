-- A customer who needs more time gets it by one action, up to ten times (WCAG 2.2.1). Only so does a session live longer.

alter table checkout_session add more_time smallint not null default 0 check (more_time between 0 and 10);

-- All that 0001 held fast, but the end: that has a rule of its own now.
drop trigger checkout_session_fixed on checkout_session;
create trigger checkout_session_fixed before update on checkout_session for each row execute function refuse_change(
  'merchant_id', 'livemode', 'id', 'amount', 'currency', 'payout_currency', 'metadata', 'redirect_url', 'webhook_url',
  'transaction_id', 'created_at');

create function refuse_other_end() returns trigger language plpgsql as $$
begin
  if old.status <> 'pending' or new.more_time <> old.more_time + 1 or new.expires_at <= old.expires_at then
    raise exception 'checkout_session.expires_at moves on with more_time only' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger checkout_session_end before update on checkout_session for each row
  when (old.expires_at is distinct from new.expires_at or old.more_time is distinct from new.more_time)
  execute function refuse_other_end();
