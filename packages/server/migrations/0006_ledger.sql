-- The ledger complete: every account, balances that stay on their side, and a hash chain over what was booked.

lock table journal, posting in share row exclusive mode;

-- ── The chart of accounts ───────────────────────────────────────────────────────────────────────────────────────────

-- On which side a balance must stay, per merchant and mode; `either` where crossing over is no mistake (docs/money.md
-- says why, account by account).
alter table ledger_account
  add column guard text not null default 'either' check (guard in ('debit', 'credit', 'either')),
  add constraint ledger_account_guarded unique (account, asset, guard),
  add check (guard in (normal, 'either'));
update ledger_account set guard = 'credit' where account in ('merchant_payable', 'payout_in_flight');

insert into ledger_account (account, asset, normal, guard)
  select account, asset, normal, guard
  from (values ('bank', 'debit', 'either'), ('venue', 'debit', 'either'), ('capital', 'credit', 'either'),
               ('merchant_payable', 'credit', 'credit'), ('merchant_reserve', 'credit', 'credit'),
               ('merchant_receivable', 'debit', 'debit'), ('network_fee_revenue', 'credit', 'either'),
               ('acquirer_expense', 'debit', 'either'), ('venue_expense', 'debit', 'either'),
               ('chargeback_loss', 'debit', 'either'), ('suspense', 'debit', 'either')) a (account, normal, guard),
       (values ('USD'), ('EUR'), ('GBP'), ('CAD'), ('AUD')) f (asset)
  union all
  select account, asset, normal, 'either'
  from (values ('venue', 'debit'), ('venue_expense', 'debit'), ('capital', 'credit'), ('network_fee_revenue', 'credit'),
               ('suspense', 'debit')) a (account, normal),
       (values ('USDT'), ('USDC'), ('BTC'), ('ETH')) c (asset)
  union all
  -- POL pays for transactions and is nothing else here.
  select account, 'POL', normal, 'either'
  from (values ('hot_wallet', 'debit'), ('gas_expense', 'debit'), ('venue', 'debit'), ('venue_expense', 'debit'),
               ('capital', 'credit'), ('suspense', 'debit')) a (account, normal)
  union all values ('gas_expense', 'BTC', 'debit', 'either');

-- ── Sealed journals ─────────────────────────────────────────────────────────────────────────────────────────────────

-- Journals in the order in which they were sealed. `hash` is the SHA-256 of the hash before it and the journal's content,
-- so whoever changes, removes or slips in one has to make all later ones anew, and the head with them. Journals are never
-- deleted, so no foreign key looks each up once more and writes a lock into its row.
create table journal_seal (
  merchant_id text not null,
  livemode boolean not null,
  sequence bigint not null check (sequence > 0),
  journal_id text not null,
  hash bytea not null check (length(hash) = 32),
  primary key (merchant_id, livemode, sequence),
  unique (merchant_id, livemode, journal_id)
);
create trigger journal_seal_append_only before update or delete on journal_seal
  for each row execute function refuse_write();
create trigger journal_seal_no_truncate before truncate on journal_seal
  for each statement execute function refuse_write();

-- The head of each chain. Without it nobody would miss what was cut off the end.
create table ledger_chain (
  merchant_id text not null,
  livemode boolean not null,
  last_sequence bigint not null default 0,
  last_hash bytea not null default decode(repeat('00', 32), 'hex') check (length(last_hash) = 32),
  primary key (merchant_id, livemode)
);
create trigger ledger_chain_forward before update on ledger_chain for each row
  when (new.last_sequence < old.last_sequence
    or (new.merchant_id, new.livemode) is distinct from (old.merchant_id, old.livemode)
    or new.last_sequence = old.last_sequence and new.last_hash is distinct from old.last_hash)
  execute function refuse_write();
create trigger ledger_chain_kept before delete on ledger_chain for each row execute function refuse_write();
create trigger ledger_chain_no_truncate before truncate on ledger_chain
  for each statement execute function refuse_write();

-- Booked and not sealed yet, in the order of booking.
create table journal_unsealed (
  merchant_id text not null,
  livemode boolean not null,
  journal_id text not null,
  place bigint not null generated always as identity,
  -- Already in ledger_balance: journals that are older than that table.
  is_counted boolean not null default false,
  primary key (merchant_id, livemode, journal_id)
);
create index journal_unsealed_place on journal_unsealed (merchant_id, livemode, place);

create function refuse_unsealed() returns trigger language plpgsql as $$
begin
  if exists (select from gone g where not exists (
    select from journal_seal s where s.merchant_id = g.merchant_id and s.livemode = g.livemode
      and s.journal_id = g.journal_id)) then
    raise exception 'a journal leaves the queue when it is sealed, not before' using errcode = 'restrict_violation';
  end if;
  return null;
end $$;
create trigger journal_unsealed_kept after delete on journal_unsealed
  referencing old table as gone for each statement execute function refuse_unsealed();
create trigger journal_unsealed_no_truncate before truncate on journal_unsealed
  for each statement execute function refuse_write();

-- ── Balances ────────────────────────────────────────────────────────────────────────────────────────────────────────

-- Debit positive. Of a guarded account: all that was booked but what stands in ledger_incoming. Of the others: all that is
-- sealed. Who brings money touches no row here, so payments of one merchant do not wait for each other; who takes from a
-- guarded account does, and this is where the database says no. See ledger/balanceStore.ts.
create table ledger_balance (
  merchant_id text not null,
  livemode boolean not null,
  account text not null,
  asset text not null,
  guard text not null,
  amount numeric(78, 0) not null default 0,
  primary key (merchant_id, livemode, account, asset),
  foreign key (account, asset, guard) references ledger_account (account, asset, guard),
  constraint ledger_balance_side check (case guard when 'credit' then amount <= 0 when 'debit' then amount >= 0 else true end)
) with (fillfactor = 50);
create trigger ledger_balance_kept before delete on ledger_balance for each row execute function refuse_write();
create trigger ledger_balance_no_truncate before truncate on ledger_balance
  for each statement execute function refuse_write();

-- What guarded accounts were brought and nobody has needed yet.
create table ledger_incoming (
  merchant_id text not null,
  livemode boolean not null,
  account text not null,
  asset text not null,
  amount numeric(78, 0) not null
);
create index ledger_incoming_of on ledger_incoming (merchant_id, livemode, account, asset);
create trigger ledger_incoming_fixed before update on ledger_incoming for each row execute function refuse_write();
create trigger ledger_incoming_no_truncate before truncate on ledger_incoming
  for each statement execute function refuse_write();

-- Adds what has come in to a guarded balance, and `change`. A statement after the lock sees all that was committed while
-- it waited; the balance is written, so at every isolation level two who do this collide.
create function fold_balance(m text, l boolean, acc text, ass text, side text, change numeric) returns void
language plpgsql as $$
declare
  incoming numeric;
begin
  insert into ledger_balance as b (merchant_id, livemode, account, asset, guard) values (m, l, acc, ass, side)
    on conflict (merchant_id, livemode, account, asset) do update set amount = b.amount;
  with gone as (
    delete from ledger_incoming where merchant_id = m and livemode = l and account = acc and asset = ass returning amount)
  select coalesce(sum(amount), 0) into incoming from gone;
  update ledger_balance set amount = amount + incoming + change
    where merchant_id = m and livemode = l and account = acc and asset = ass;
end $$;

-- Keeps the guarded balances in the statement that adds the lines, and queues the journal for its seal.
create function keep_balances() returns trigger language plpgsql as $$
declare
  moved record;
begin
  for moved in
    select p.merchant_id, p.livemode, p.account, p.asset, a.guard, sum(p.amount) amount
    from added p join ledger_account a on a.account = p.account and a.asset = p.asset
    where a.guard <> 'either'
    group by 1, 2, 3, 4, 5 having sum(p.amount) <> 0
    -- One order for all, so that two who take from the same balances do not wait for each other in a circle.
    order by 1, 2, 3, 4
  loop
    if (case moved.guard when 'credit' then moved.amount < 0 else moved.amount > 0 end) then
      insert into ledger_incoming values (moved.merchant_id, moved.livemode, moved.account, moved.asset, moved.amount);
      continue;
    end if;
    update ledger_balance b set amount = b.amount + moved.amount
      where b.merchant_id = moved.merchant_id and b.livemode = moved.livemode and b.account = moved.account
        and b.asset = moved.asset
        and case moved.guard when 'credit' then b.amount + moved.amount <= 0 else b.amount + moved.amount >= 0 end;
    if not found then
      perform fold_balance(moved.merchant_id, moved.livemode, moved.account, moved.asset, moved.guard, moved.amount);
    end if;
  end loop;
  insert into journal_unsealed (merchant_id, livemode, journal_id)
    select distinct merchant_id, livemode, journal_id from added
    on conflict (merchant_id, livemode, journal_id) do update set place = default;
  return null;
end $$;
create trigger posting_kept after insert on posting
  referencing new table as added for each statement execute function keep_balances();

-- Seals up to `most` journals of one merchant and mode, adds them to the balances, and says how many there were. A seal
-- vouches for this text: a JSON array of merchant, mode, id, key, microseconds since 1970, and the lines.
-- ledger/journalContent.ts makes the same text without the database.
create function seal_journals(m text, l boolean, most int) returns int language plpgsql as $$
declare
  head ledger_chain;
  next_one record;
  sum_of record;
  ids text[] := '{}';
  hashes bytea[] := '{}';
  uncounted text[] := '{}';
begin
  -- Seals that a crash takes back are made anew.
  perform set_config('synchronous_commit', 'off', true);
  insert into ledger_chain (merchant_id, livemode) values (m, l) on conflict do nothing;
  select * into head from ledger_chain where merchant_id = m and livemode = l for update;
  -- `offset 0` keeps the planner from joining: each journal is looked up by its key, however young the statistics are.
  for next_one in
    select q.journal_id, q.is_counted, concat('[', to_json(m), ',', to_json(l), ',', to_json(q.journal_id), ',',
        to_json(j.key), ',"', (extract(epoch from j.created_at) * 1000000)::bigint, '",[', p.lines, ']]') content
    from (select journal_id, is_counted, place from journal_unsealed where merchant_id = m and livemode = l
          order by place limit most) q
    cross join lateral (
      select key, created_at from journal where merchant_id = m and livemode = l and id = q.journal_id offset 0) j
    cross join lateral (
      select string_agg(concat('[', line, ',', to_json(account), ',', to_json(asset), ',"', amount, '"]'), ',' order by line) lines
      from posting where merchant_id = m and livemode = l and journal_id = q.journal_id offset 0) p
    order by q.place
  loop
    head.last_hash := sha256(head.last_hash || convert_to(next_one.content, 'UTF8'));
    ids := ids || next_one.journal_id;
    hashes := hashes || head.last_hash;
    if not next_one.is_counted then uncounted := uncounted || next_one.journal_id; end if;
  end loop;
  if cardinality(ids) = 0 then return 0; end if;
  insert into journal_seal (merchant_id, livemode, sequence, journal_id, hash)
    select m, l, head.last_sequence + n, id, hash from unnest(ids, hashes) with ordinality s (id, hash, n);
  update ledger_chain set last_sequence = head.last_sequence + cardinality(ids), last_hash = head.last_hash
    where merchant_id = m and livemode = l;
  for sum_of in
    select p.account, p.asset, a.guard, p.amount
    from (select p.account, p.asset, sum(p.amount) amount from unnest(uncounted) s (id)
          cross join lateral (select account, asset, amount from posting
            where merchant_id = m and livemode = l and journal_id = s.id offset 0) p
          group by p.account, p.asset) p
    join ledger_account a on a.account = p.account and a.asset = p.asset
    order by p.account, p.asset
  loop
    if sum_of.guard = 'either' then
      insert into ledger_balance as b (merchant_id, livemode, account, asset, guard, amount)
        values (m, l, sum_of.account, sum_of.asset, 'either', sum_of.amount)
        on conflict (merchant_id, livemode, account, asset) do update set amount = b.amount + excluded.amount;
    else
      insert into ledger_balance (merchant_id, livemode, account, asset, guard)
        values (m, l, sum_of.account, sum_of.asset, sum_of.guard) on conflict do nothing;
      -- Who holds it has added up by itself, and waiting for it here could close a circle.
      perform from ledger_balance
        where merchant_id = m and livemode = l and account = sum_of.account and asset = sum_of.asset
        for update skip locked;
      if found then perform fold_balance(m, l, sum_of.account, sum_of.asset, sum_of.guard, 0); end if;
    end if;
  end loop;
  delete from journal_unsealed where merchant_id = m and livemode = l and journal_id = any (ids);
  return cardinality(ids);
end $$;

-- ── What was booked before ──────────────────────────────────────────────────────────────────────────────────────────

insert into ledger_balance (merchant_id, livemode, account, asset, guard, amount)
  select p.merchant_id, p.livemode, p.account, p.asset, a.guard, sum(p.amount)
  from posting p join ledger_account a on a.account = p.account and a.asset = p.asset
  group by 1, 2, 3, 4, 5;
insert into journal_unsealed (merchant_id, livemode, journal_id, is_counted)
  select merchant_id, livemode, id, true from journal order by created_at, id;

-- Each statement that adds lines writes the journal's row in this queue, so a journal is looked at once per statement and
-- not once per line. It comes after the rows above, whose journals are closed.
drop trigger posting_balanced on posting;
create constraint trigger posting_balanced after insert or update on journal_unsealed
  deferrable initially deferred for each row execute function refuse_unbalanced();
