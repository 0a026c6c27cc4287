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

-- ── A second payout for what a failed one has not paid ──────────────────────────────────────────────────────────────

alter table payout add column retry_of text;
alter table payout add foreign key (merchant_id, livemode, retry_of) references payout (merchant_id, livemode, id);
create unique index payout_retried_once on payout (merchant_id, livemode, retry_of) where retry_of is not null;

-- One transaction is owed one payout. Another one needs proof that the one before has not paid: its line in a final
-- batch. It owes the same, to the same address.
create function refuse_second_payout() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    if new.retry_of is distinct from old.retry_of then
      raise exception 'payout.retry_of must not change' using errcode = 'restrict_violation';
    end if;
    return new;
  end if;
  if new.retry_of is null then
    if exists (
      select from payout p where p.merchant_id = new.merchant_id and p.livemode = new.livemode
        and p.transaction_id = new.transaction_id and p.state = 'failed') then
      raise exception 'transaction % had a payout: another one is a retry', new.transaction_id
        using errcode = 'restrict_violation';
    end if;
    return new;
  end if;
  if not exists (
    select from payout p
    join batch_payment l on l.merchant_id = p.merchant_id and l.livemode = p.livemode and l.payout_id = p.id
      and l.batch_id = p.batch_id and l.outcome = 'failed'
    join payout_batch b on b.livemode = l.livemode and b.id = l.batch_id and b.state = 'final'
    where p.merchant_id = new.merchant_id and p.livemode = new.livemode and p.id = new.retry_of and p.state = 'failed'
      and (p.transaction_id, p.amount, p.asset, p.network, p.address)
        = (new.transaction_id, new.amount, new.asset, new.network, new.address)) then
    raise exception 'payout % has not failed for good, or owed another payment', new.retry_of
      using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger payout_second before insert or update of retry_of on payout
  for each row execute function refuse_second_payout();

-- A transaction shows the payout that counts: from a failed one it goes on to its retry, and nowhere else.
create function refuse_other_payout() returns trigger language plpgsql as $$
begin
  if old.payout_id is not null and new.payout_id is distinct from old.payout_id and not exists (
    select from payout p where p.merchant_id = new.merchant_id and p.livemode = new.livemode and p.id = new.payout_id
      and p.retry_of = old.payout_id and p.transaction_id = new.id) then
    raise exception 'transaction.payout_id must not change' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger transaction_keeps_payout before update of payout_id on transaction
  for each row execute function refuse_other_payout();
-- The same trigger as before, without this column.
do $$
declare
  fixed text;
begin
  select string_agg(quote_literal(name), ', ' order by place) into strict fixed
  from pg_trigger, string_to_table(encode(tgargs, 'escape'), '\000') with ordinality a (name, place)
  where tgname = 'transaction_fixed' and tgrelid = 'transaction'::regclass and name not in ('', 'payout_id');
  drop trigger transaction_fixed on transaction;
  execute 'create trigger transaction_fixed before update on transaction
    for each row execute function refuse_change(' || fixed || ')';
end $$;
