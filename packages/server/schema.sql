-- The database as the migrations leave it, to be read. Generated: npm run check compares it.

CREATE OR REPLACE FUNCTION public.book_journal(m text, l boolean, journal_id text, journal_key text, accounts text[], assets text[], amounts numeric[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  captured transaction;
  priced conversion;
begin
  if not has_table_privilege(session_user, 'posting', 'insert') then
    select * into captured from transaction t
      where t.merchant_id = m and t.livemode = l and 'capture:' || t.id = journal_key
        and t.id = substr(journal_key, 9) and t.state = 'captured' and t.xmin = pg_current_xact_id()::xid;
    select * into priced from conversion c
      where c.merchant_id = m and c.livemode = l and c.transaction_id = captured.id;
    if priced.id is null or captured.amount <> priced.gross or captured.payout_amount <> priced.payout_amount then
      raise exception '% is not a capture of this transaction', journal_key using errcode = 'insufficient_privilege';
    end if;
    if exists (
      with line as (
        select account, asset, sum(amount) amount from unnest(accounts, assets, amounts) x (account, asset, amount)
        where not (asset = captured.currency and account in ('merchant_payable', 'merchant_reserve'))
        group by 1, 2 having sum(amount) <> 0),
      due (account, asset, amount) as (
        values ('acquirer_receivable', captured.currency, priced.gross), ('fee_revenue', captured.currency, -priced.fee),
          ('spread_revenue', captured.currency, -priced.spread), ('rounding', captured.currency, -priced.remainder),
          ('fx', captured.currency, -priced.payout_value), ('fx', captured.payout_currency, priced.payout_amount),
          ('merchant_payable', captured.payout_currency, -priced.payout_amount))
      (select * from line except select * from due) union all (select * from due where amount <> 0 except select * from line)
    ) then
      raise exception '% books something else than its conversion', journal_key using errcode = 'insufficient_privilege';
    end if;
  end if;
  insert into journal (merchant_id, livemode, id, key) values (m, l, journal_id, journal_key);
  insert into posting (merchant_id, livemode, journal_id, line, account, asset, amount)
    select m, l, book_journal.journal_id, n, account, asset, amount
    from unnest(accounts, assets, amounts) with ordinality x (account, asset, amount, n);
end $function$;

CREATE OR REPLACE FUNCTION public.count_in_list()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
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
end $function$;

CREATE OR REPLACE FUNCTION public.fold_balance(m text, l boolean, acc text, ass text, side text, change numeric)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
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
end $function$;

CREATE OR REPLACE FUNCTION public.keep_balances()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
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
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  before jsonb := to_jsonb(old);
  after jsonb := to_jsonb(new);
  name text;
begin
  foreach name in array tg_argv loop
    if before -> name <> 'null'::jsonb and before -> name is distinct from after -> name then
      raise exception '%.% must not change', tg_table_name, name using errcode = 'restrict_violation';
    end if;
  end loop;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_held()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  if exists (
    select from treasury_wallet w where w.livemode = new.livemode and w.network = new.network
      and w.address = new.wallet_address and w.hold_reason is not null)
    or exists (select from payout_guard g where g.livemode = new.livemode and g.hold_reason is not null)
  then
    raise exception 'wallet % is on hold', new.wallet_address using errcode = 'restrict_violation';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_mail_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  if old.state <> 'pending' or (old.merchant_id, old.livemode, old.id, old.kind, old.address, old.locale, old.created_at)
      is distinct from (new.merchant_id, new.livemode, new.id, new.kind, new.address, new.locale, new.created_at)
    or (old.transaction_id, old.number, old.webhook_endpoint_id)
      is distinct from (new.transaction_id, new.number, new.webhook_endpoint_id) then
    raise exception 'a mail that has ended, and what a mail says, cannot be changed' using errcode = 'restrict_violation';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_move()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  was text := to_jsonb(old) ->> tg_argv[0];
  now text := to_jsonb(new) ->> tg_argv[0];
  move text;
begin
  if was = now then return new; end if;
  for i in 1 .. tg_nargs - 1 loop
    move := tg_argv[i];
    if split_part(move, ':', 1) = was and now = any (string_to_array(split_part(move, ':', 2), ',')) then return new; end if;
  end loop;
  raise exception '% % cannot go from % to %', tg_table_name, new.id, was, now using errcode = 'restrict_violation';
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_other_batch()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  if old.batch_id is not null and new.batch_id is distinct from old.batch_id and not (new.batch_id is null and exists (
    select from payout_batch b where b.livemode = old.livemode and b.id = old.batch_id and b.state = 'cancelled')) then
    raise exception 'payout % may still be paid by batch %', old.id, old.batch_id using errcode = 'restrict_violation';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_other_body()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  if new.body is not null and new.body is distinct from old.body then
    raise exception 'acquirer_request.body must not change' using errcode = 'restrict_violation';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_other_end()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  if old.status <> 'pending' or new.more_time <> old.more_time + 1 or new.expires_at <= old.expires_at then
    raise exception 'checkout_session.expires_at moves on with more_time only' using errcode = 'restrict_violation';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_other_payments()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  b payout_batch;
  due jsonb;
  coin text;
begin
  select * into strict b from payout_batch where livemode = new.livemode and id = new.batch_id;
  if (new.network, new.wallet_address, new.nonce) is distinct from (b.network, b.wallet_address, b.nonce) then
    raise exception 'version % of batch % is of another wallet or nonce', new.version, b.id using errcode = 'restrict_violation';
  end if;
  select coalesce(jsonb_agg(jsonb_build_object('asset', asset, 'to', address, 'amount', amount::text) order by line), '[]')
    into due from batch_payment where livemode = b.livemode and batch_id = b.id and new.kind = 'pay';
  if new.intent::jsonb -> 'payments' is distinct from due or new.intent ->> 'id' is distinct from b.id
    or jsonb_array_length(due) <> (case new.kind when 'pay' then b.payments else 0 end) then
    raise exception 'version % of batch % makes other payments', new.version, b.id using errcode = 'restrict_violation';
  end if;
  for coin in select json_array_elements_text(new.intent -> 'coins') loop
    if not exists (
      select from batch_coin where livemode = b.livemode and network = b.network and outpoint = coin and batch_id = b.id)
    then
      raise exception 'batch % has not reserved coin %', b.id, coin using errcode = 'restrict_violation';
    end if;
  end loop;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_other_payout()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  if old.payout_id is not null and new.payout_id is distinct from old.payout_id and not exists (
    select from payout p where p.merchant_id = new.merchant_id and p.livemode = new.livemode and p.id = new.payout_id
      and p.retry_of = old.payout_id and p.transaction_id = new.id) then
    raise exception 'transaction.payout_id must not change' using errcode = 'restrict_violation';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_out_of_turn()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  if new.version > 1 and not exists (
    select from chain_tx where livemode = new.livemode and batch_id = new.batch_id and version = new.version - 1
      and (broadcast_at is not null or refused_at is not null))
  then
    raise exception 'version % of batch % is made before its turn', new.version, new.batch_id
      using errcode = 'restrict_violation';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_release()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  if new.outcome = 'released' and not exists (
    select from payout_batch b where b.livemode = new.livemode and b.id = new.batch_id and b.state = 'cancelled') then
    raise exception 'payout % may still be paid by batch %', new.payout_id, new.batch_id using errcode = 'restrict_violation';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_second_payout()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
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
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_unbalanced()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  m text := new.merchant_id;
  l boolean := new.livemode;
  j text := to_jsonb(new) ->> (case tg_table_name when 'journal' then 'id' else 'journal_id' end);
  bad text;
begin
  if not exists (select from posting where merchant_id = m and livemode = l and journal_id = j) then
    raise exception 'journal % has no postings', j using errcode = 'check_violation';
  end if;
  -- A journal is written whole, by one transaction: nothing is added to what happened.
  if not exists (
    select from journal where merchant_id = m and livemode = l and id = j and xmin = pg_current_xact_id()::xid) then
    raise exception 'journal % is closed', j using errcode = 'restrict_violation';
  end if;
  select string_agg(asset || ' ' || total, ', ') into bad from (
    select asset, sum(amount) total from posting
    where merchant_id = m and livemode = l and journal_id = j group by asset having sum(amount) <> 0) x;
  if bad is not null then
    raise exception 'journal % is unbalanced: %', j, bad using errcode = 'check_violation';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_unsealed()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  if exists (select from gone g where not exists (
    select from journal_seal s where s.merchant_id = g.merchant_id and s.livemode = g.livemode
      and s.journal_id = g.journal_id)) then
    raise exception 'a journal leaves the queue when it is sealed, not before' using errcode = 'restrict_violation';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_write()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  raise exception '% of % is not allowed: it is append-only', tg_op, tg_table_name using errcode = 'restrict_violation';
end $function$;

CREATE OR REPLACE FUNCTION public.seal_journals(m text, l boolean, most integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
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
end $function$;

create table acquirer_event (
  acquirer text not null,
  livemode boolean not null,
  id text not null,
  type text not null,
  payment_ref text not null,
  received_at timestamp with time zone default now() not null,
  constraint acquirer_event_pkey PRIMARY KEY (acquirer, livemode, id)
);

create table acquirer_request (
  merchant_id text not null,
  livemode boolean not null,
  transaction_id text not null,
  call text not null,
  key text not null,
  path text not null,
  body text,
  first_sent_at timestamp with time zone,
  tries integer default 1 not null,
  created_at timestamp with time zone default now() not null,
  constraint acquirer_request_pkey PRIMARY KEY (merchant_id, livemode, transaction_id, call),
  constraint acquirer_request_livemode_key_key UNIQUE (livemode, key),
  constraint acquirer_request_call_check CHECK (call = ANY (ARRAY['create'::text, 'confirm'::text, 'capture'::text, 'void'::text])),
  constraint acquirer_request_check CHECK (body IS NOT NULL OR call = 'confirm'::text),
  constraint acquirer_request_tries_check CHECK (tries > 0),
  constraint acquirer_request_merchant_id_livemode_transaction_id_fkey FOREIGN KEY (merchant_id, livemode, transaction_id) REFERENCES transaction(merchant_id, livemode, id)
);
CREATE TRIGGER acquirer_request_body BEFORE UPDATE OF body ON acquirer_request FOR EACH ROW EXECUTE FUNCTION refuse_other_body();
CREATE TRIGGER acquirer_request_fixed BEFORE UPDATE ON acquirer_request FOR EACH ROW EXECUTE FUNCTION refuse_change('merchant_id', 'livemode', 'transaction_id', 'call', 'key', 'path', 'created_at');
CREATE TRIGGER acquirer_request_kept BEFORE DELETE ON acquirer_request FOR EACH ROW EXECUTE FUNCTION refuse_write();
CREATE TRIGGER acquirer_request_no_truncate BEFORE TRUNCATE ON acquirer_request FOR EACH STATEMENT EXECUTE FUNCTION refuse_write();

create table api_key (
  id text not null,
  merchant_id text not null,
  livemode boolean not null,
  secret_hash bytea not null,
  label text default ''::text not null,
  created_at timestamp with time zone default now() not null,
  revoked_at timestamp with time zone,
  scope text default 'full'::text not null,
  expires_at timestamp with time zone,
  last_used_at timestamp with time zone,
  constraint api_key_pkey PRIMARY KEY (id),
  constraint api_key_scope_check CHECK (scope = ANY (ARRAY['full'::text, 'read'::text])),
  constraint api_key_secret_hash_check CHECK (octet_length(secret_hash) = 32),
  constraint api_key_merchant_id_fkey FOREIGN KEY (merchant_id) REFERENCES merchant(id)
);
CREATE INDEX api_key_merchant_id_livemode_idx ON api_key USING btree (merchant_id, livemode);
CREATE TRIGGER api_key_fixed BEFORE UPDATE ON api_key FOR EACH ROW EXECUTE FUNCTION refuse_change('id', 'merchant_id', 'livemode', 'secret_hash', 'scope', 'created_at', 'revoked_at');

create table batch_coin (
  livemode boolean not null,
  network text not null,
  outpoint text not null,
  batch_id text not null,
  created_at timestamp with time zone default now() not null,
  constraint batch_coin_pkey PRIMARY KEY (livemode, network, outpoint),
  constraint batch_coin_livemode_batch_id_fkey FOREIGN KEY (livemode, batch_id) REFERENCES payout_batch(livemode, id)
);
CREATE TRIGGER batch_coin_append_only BEFORE DELETE OR UPDATE ON batch_coin FOR EACH ROW EXECUTE FUNCTION refuse_write();
CREATE TRIGGER batch_coin_no_truncate BEFORE TRUNCATE ON batch_coin FOR EACH STATEMENT EXECUTE FUNCTION refuse_write();

create table batch_payment (
  livemode boolean not null,
  batch_id text not null,
  line integer not null,
  merchant_id text not null,
  payout_id text not null,
  network text not null,
  asset text not null,
  address text not null,
  amount numeric(78,0) not null,
  outcome text,
  constraint batch_payment_pkey PRIMARY KEY (livemode, batch_id, line),
  constraint batch_payment_line_check CHECK (line >= 0),
  constraint batch_payment_outcome_check CHECK (outcome = ANY (ARRAY['paid'::text, 'failed'::text, 'released'::text])),
  constraint batch_payment_livemode_batch_id_fkey FOREIGN KEY (livemode, batch_id) REFERENCES payout_batch(livemode, id),
  constraint batch_payment_merchant_id_livemode_payout_id_network_asset_fkey FOREIGN KEY (merchant_id, livemode, payout_id, network, asset, address, amount) REFERENCES payout(merchant_id, livemode, id, network, asset, address, amount)
);
CREATE INDEX batch_payment_by_payout ON batch_payment USING btree (merchant_id, livemode, payout_id);
CREATE UNIQUE INDEX batch_payment_of_payout ON batch_payment USING btree (merchant_id, livemode, payout_id) WHERE outcome IS DISTINCT FROM 'released'::text;
CREATE TRIGGER batch_payment_fixed BEFORE UPDATE ON batch_payment FOR EACH ROW EXECUTE FUNCTION refuse_change('livemode', 'batch_id', 'line', 'merchant_id', 'payout_id', 'network', 'asset', 'address', 'amount', 'outcome');
CREATE TRIGGER batch_payment_kept BEFORE DELETE ON batch_payment FOR EACH ROW EXECUTE FUNCTION refuse_write();
CREATE TRIGGER batch_payment_no_truncate BEFORE TRUNCATE ON batch_payment FOR EACH STATEMENT EXECUTE FUNCTION refuse_write();
CREATE TRIGGER batch_payment_released BEFORE UPDATE ON batch_payment FOR EACH ROW EXECUTE FUNCTION refuse_release();

create table chain_tx (
  livemode boolean not null,
  batch_id text not null,
  version integer not null,
  kind text not null,
  network text not null,
  wallet_address text not null,
  nonce numeric(78,0),
  intent json not null,
  raw text,
  hash text,
  created_at timestamp with time zone default now() not null,
  broadcast_at timestamp with time zone,
  refused_at timestamp(3) with time zone,
  constraint chain_tx_pkey PRIMARY KEY (livemode, batch_id, version),
  constraint chain_tx_network_hash_key UNIQUE (network, hash),
  constraint batch_tx_check CHECK ((raw IS NULL) = (hash IS NULL)),
  constraint batch_tx_check1 CHECK (broadcast_at IS NULL OR raw IS NOT NULL),
  constraint batch_tx_kind_check CHECK (kind = ANY (ARRAY['pay'::text, 'cancel'::text])),
  constraint batch_tx_version_check CHECK (version >= 1),
  constraint chain_tx_check CHECK (refused_at IS NULL OR raw IS NOT NULL),
  constraint chain_tx_livemode_batch_id_fkey FOREIGN KEY (livemode, batch_id) REFERENCES payout_batch(livemode, id)
);
CREATE TRIGGER chain_tx_fixed BEFORE UPDATE ON chain_tx FOR EACH ROW EXECUTE FUNCTION refuse_change('livemode', 'batch_id', 'version', 'kind', 'network', 'wallet_address', 'nonce', 'intent', 'raw', 'hash', 'created_at', 'broadcast_at');
CREATE TRIGGER chain_tx_in_turn BEFORE INSERT ON chain_tx FOR EACH ROW EXECUTE FUNCTION refuse_out_of_turn();
CREATE TRIGGER chain_tx_kept BEFORE DELETE ON chain_tx FOR EACH ROW EXECUTE FUNCTION refuse_write();
CREATE TRIGGER chain_tx_no_truncate BEFORE TRUNCATE ON chain_tx FOR EACH STATEMENT EXECUTE FUNCTION refuse_write();
CREATE TRIGGER chain_tx_pays BEFORE INSERT ON chain_tx FOR EACH ROW EXECUTE FUNCTION refuse_other_payments();
CREATE TRIGGER chain_tx_refused_fixed BEFORE UPDATE ON chain_tx FOR EACH ROW WHEN (old.refused_at IS DISTINCT FROM new.refused_at) EXECUTE FUNCTION refuse_change('refused_at');

create table checkout_session (
  merchant_id text not null,
  livemode boolean not null,
  id text not null,
  status text default 'pending'::text not null,
  amount numeric(78,0) not null,
  currency text not null,
  payout_currency text not null,
  customer_email text,
  metadata json default '{}'::json not null,
  redirect_url text,
  webhook_url text,
  transaction_id text,
  attempts integer default 0 not null,
  expires_at timestamp with time zone not null,
  created_at timestamp with time zone default now() not null,
  locale text,
  more_time smallint default 0 not null,
  description text,
  constraint checkout_session_pkey PRIMARY KEY (merchant_id, livemode, id),
  constraint checkout_session_amount_check CHECK (amount > 0::numeric),
  constraint checkout_session_check CHECK (expires_at > created_at),
  constraint checkout_session_check1 CHECK (status <> 'completed'::text OR transaction_id IS NOT NULL),
  constraint checkout_session_currency_check CHECK (currency = ANY (ARRAY['USD'::text, 'EUR'::text, 'GBP'::text, 'CAD'::text, 'AUD'::text])),
  constraint checkout_session_description_check CHECK (length(description) >= 1 AND length(description) <= 200) NOT VALID,
  constraint checkout_session_locale_check CHECK (locale ~ '^[a-z]{2}$'::text) NOT VALID,
  constraint checkout_session_more_time_check CHECK (more_time >= 0 AND more_time <= 10),
  constraint checkout_session_payout_currency_check CHECK (payout_currency = ANY (ARRAY['USDT'::text, 'USDC'::text, 'BTC'::text, 'ETH'::text])),
  constraint checkout_session_status_check CHECK (status = ANY (ARRAY['pending'::text, 'completed'::text, 'failed'::text, 'expired'::text])),
  constraint checkout_session_merchant_id_fkey FOREIGN KEY (merchant_id) REFERENCES merchant(id)
);
CREATE INDEX checkout_session_due ON checkout_session USING btree (expires_at) WHERE status = 'pending'::text;
CREATE INDEX checkout_session_ended ON checkout_session USING btree (merchant_id, livemode, status, id) WHERE status <> 'pending'::text;
CREATE INDEX checkout_session_id ON checkout_session USING btree (id);
CREATE INDEX checkout_session_order ON checkout_session USING btree (merchant_id, livemode, (metadata ->> 'order_id'::text), id) WHERE (metadata ->> 'order_id'::text) IS NOT NULL;
CREATE TRIGGER checkout_session_counted AFTER UPDATE OF status ON checkout_session FOR EACH ROW EXECUTE FUNCTION count_in_list('checkout_session', 'status');
CREATE TRIGGER checkout_session_description_fixed BEFORE UPDATE OF description ON checkout_session FOR EACH ROW EXECUTE FUNCTION refuse_change('description');
CREATE TRIGGER checkout_session_end BEFORE UPDATE ON checkout_session FOR EACH ROW WHEN (old.expires_at IS DISTINCT FROM new.expires_at OR old.more_time IS DISTINCT FROM new.more_time) EXECUTE FUNCTION refuse_other_end();
CREATE TRIGGER checkout_session_fixed BEFORE UPDATE ON checkout_session FOR EACH ROW EXECUTE FUNCTION refuse_change('merchant_id', 'livemode', 'id', 'amount', 'currency', 'payout_currency', 'metadata', 'redirect_url', 'webhook_url', 'transaction_id', 'created_at');
CREATE TRIGGER checkout_session_locale_fixed BEFORE UPDATE OF locale ON checkout_session FOR EACH ROW EXECUTE FUNCTION refuse_change('locale');
CREATE TRIGGER checkout_session_moves BEFORE UPDATE ON checkout_session FOR EACH ROW EXECUTE FUNCTION refuse_move('status', 'pending:completed,failed,expired');

create table cleared_payee (
  merchant_id text not null,
  livemode boolean not null,
  network text not null,
  address text not null,
  created_at timestamp with time zone default now() not null,
  constraint cleared_payee_pkey PRIMARY KEY (merchant_id, livemode, network, address),
  constraint cleared_payee_merchant_id_fkey FOREIGN KEY (merchant_id) REFERENCES merchant(id)
);
CREATE TRIGGER cleared_payee_append_only BEFORE UPDATE ON cleared_payee FOR EACH ROW EXECUTE FUNCTION refuse_write();

create table conversion (
  merchant_id text not null,
  livemode boolean not null,
  id text not null,
  transaction_id text not null,
  gross numeric(78,0) not null,
  currency text not null,
  fee numeric(78,0) not null,
  spread numeric(78,0) not null,
  remainder numeric(78,0) not null,
  payout_value numeric(78,0) not null,
  payout_amount numeric(78,0) not null,
  payout_currency text not null,
  rate numeric(78,0) not null,
  mid_rate numeric(78,0) not null,
  receipt json not null,
  created_at timestamp with time zone default now() not null,
  quote_id text,
  constraint conversion_pkey PRIMARY KEY (merchant_id, livemode, id),
  constraint conversion_merchant_id_livemode_transaction_id_key UNIQUE (merchant_id, livemode, transaction_id),
  constraint conversion_check CHECK (gross = (payout_value + fee + spread + remainder)),
  constraint conversion_fee_check CHECK (fee >= 0::numeric),
  constraint conversion_gross_check CHECK (gross > 0::numeric),
  constraint conversion_has_quote CHECK (quote_id IS NOT NULL) NOT VALID,
  constraint conversion_mid_rate_check CHECK (mid_rate > 0::numeric),
  constraint conversion_payout_amount_check CHECK (payout_amount > 0::numeric),
  constraint conversion_payout_value_check CHECK (payout_value >= 0::numeric),
  constraint conversion_rate_check CHECK (rate > 0::numeric),
  constraint conversion_remainder_check CHECK (remainder >= 0::numeric),
  constraint conversion_spread_check CHECK (spread >= 0::numeric),
  constraint conversion_as_quoted FOREIGN KEY (merchant_id, livemode, quote_id, transaction_id, rate, payout_amount) REFERENCES quote(merchant_id, livemode, id, transaction_id, rate, payout_amount),
  constraint conversion_merchant_id_livemode_transaction_id_fkey FOREIGN KEY (merchant_id, livemode, transaction_id) REFERENCES transaction(merchant_id, livemode, id)
);
CREATE UNIQUE INDEX conversion_by_quote ON conversion USING btree (merchant_id, livemode, quote_id) WHERE quote_id IS NOT NULL;
CREATE TRIGGER conversion_append_only BEFORE DELETE OR UPDATE ON conversion FOR EACH ROW EXECUTE FUNCTION refuse_write();
CREATE TRIGGER conversion_no_truncate BEFORE TRUNCATE ON conversion FOR EACH STATEMENT EXECUTE FUNCTION refuse_write();

create view current_wallet as
 SELECT merchant_id,
    livemode,
    asset,
        CASE
            WHEN due THEN next_network
            ELSE network
        END AS network,
        CASE
            WHEN due THEN next_address
            ELSE address
        END AS address,
        CASE
            WHEN due THEN next_mac
            ELSE mac
        END AS mac,
        CASE
            WHEN NOT due THEN next_network
            ELSE NULL::text
        END AS next_network,
        CASE
            WHEN NOT due THEN next_address
            ELSE NULL::text
        END AS next_address,
        CASE
            WHEN NOT due THEN effective_at
            ELSE NULL::timestamp with time zone
        END AS effective_at
   FROM ( SELECT wallet.merchant_id,
            wallet.livemode,
            wallet.asset,
            wallet.network,
            wallet.address,
            wallet.created_at,
            wallet.mac,
            wallet.next_network,
            wallet.next_address,
            wallet.next_mac,
            wallet.effective_at,
            COALESCE(wallet.effective_at <= now(), false) AS due
           FROM wallet) w;

create table event (
  merchant_id text not null,
  livemode boolean not null,
  id text not null,
  sequence bigint,
  type text not null,
  object_id text not null,
  data json not null,
  webhook_url text,
  fanned_out_at timestamp with time zone,
  created_at timestamp with time zone default now() not null,
  endpoint_id text,
  place bigint generated always as identity not null,
  constraint event_pkey PRIMARY KEY (merchant_id, livemode, id),
  constraint event_published CHECK (fanned_out_at IS NULL OR sequence IS NOT NULL)
);
CREATE INDEX event_by_object ON event USING btree (merchant_id, livemode, object_id);
CREATE UNIQUE INDEX event_by_sequence ON event USING btree (merchant_id, livemode, sequence) WHERE sequence IS NOT NULL;
CREATE INDEX event_by_type ON event USING btree (merchant_id, livemode, type, sequence) WHERE sequence IS NOT NULL;
CREATE INDEX event_unpublished ON event USING btree (merchant_id, livemode, place) WHERE fanned_out_at IS NULL;
CREATE TRIGGER event_fixed BEFORE UPDATE ON event FOR EACH ROW WHEN (old.merchant_id IS DISTINCT FROM new.merchant_id OR old.livemode IS DISTINCT FROM new.livemode OR old.id IS DISTINCT FROM new.id OR old.type IS DISTINCT FROM new.type OR old.object_id IS DISTINCT FROM new.object_id OR old.data::text IS DISTINCT FROM new.data::text OR old.created_at IS DISTINCT FROM new.created_at OR old.webhook_url IS DISTINCT FROM new.webhook_url OR old.endpoint_id IS DISTINCT FROM new.endpoint_id OR old.sequence IS NOT NULL AND old.sequence IS DISTINCT FROM new.sequence OR old.fanned_out_at IS NOT NULL AND old.fanned_out_at IS DISTINCT FROM new.fanned_out_at) EXECUTE FUNCTION refuse_write();
CREATE TRIGGER event_kept BEFORE DELETE ON event FOR EACH ROW EXECUTE FUNCTION refuse_write();
CREATE TRIGGER event_no_truncate BEFORE TRUNCATE ON event FOR EACH STATEMENT EXECUTE FUNCTION refuse_write();

create table event_counter (
  merchant_id text not null,
  livemode boolean not null,
  last_sequence bigint default 0 not null,
  last_resend bigint default 0 not null,
  constraint event_counter_pkey PRIMARY KEY (merchant_id, livemode),
  constraint event_counter_merchant_id_fkey FOREIGN KEY (merchant_id) REFERENCES merchant(id)
);

create table event_resend (
  merchant_id text not null,
  livemode boolean not null,
  sequence bigint not null,
  event_id text not null,
  endpoint_id text,
  created_at timestamp with time zone default now() not null,
  constraint event_resend_pkey PRIMARY KEY (merchant_id, livemode, sequence),
  constraint event_resend_merchant_id_livemode_event_id_fkey FOREIGN KEY (merchant_id, livemode, event_id) REFERENCES event(merchant_id, livemode, id)
);

create table idempotency_key (
  merchant_id text not null,
  livemode boolean not null,
  route text not null,
  key text not null,
  fingerprint bytea not null,
  object_id text,
  created_at timestamp with time zone default now() not null,
  status integer,
  answer_sealed bytea,
  constraint idempotency_key_pkey PRIMARY KEY (merchant_id, livemode, route, key),
  constraint idempotency_key_check CHECK ((status IS NULL) = (answer_sealed IS NULL)),
  constraint idempotency_key_check1 CHECK (object_id IS NOT NULL OR answer_sealed IS NOT NULL),
  constraint idempotency_key_key_check CHECK (length(key) >= 1 AND length(key) <= 255),
  constraint idempotency_key_status_check CHECK (status >= 200 AND status <= 299)
);
CREATE INDEX idempotency_key_age ON idempotency_key USING btree (created_at);

create table inventory (
  livemode boolean not null,
  network text not null,
  asset text not null,
  balance numeric(78,0) not null,
  read_at timestamp with time zone not null,
  promised numeric(78,0) not null,
  gone numeric(78,0) default 0 not null,
  constraint inventory_pkey PRIMARY KEY (livemode, network, asset),
  constraint inventory_asset_check CHECK (asset = ANY (ARRAY['USDT'::text, 'USDC'::text, 'BTC'::text, 'ETH'::text])),
  constraint inventory_balance_check CHECK (balance >= 0::numeric),
  constraint inventory_gone_check CHECK (gone >= 0::numeric),
  constraint inventory_promised_check CHECK (promised >= 0::numeric)
);
CREATE TRIGGER inventory_kept BEFORE DELETE ON inventory FOR EACH ROW EXECUTE FUNCTION refuse_write();

create table inventory_reservation (
  merchant_id text not null,
  livemode boolean not null,
  id text not null,
  transaction_id text not null,
  network text not null,
  asset text not null,
  amount numeric(78,0),
  state text not null,
  created_at timestamp with time zone default clock_timestamp() not null,
  reserved_at timestamp with time zone,
  ended_at timestamp with time zone,
  constraint inventory_reservation_pkey PRIMARY KEY (merchant_id, livemode, id),
  constraint inventory_reservation_merchant_id_livemode_transaction_id_key UNIQUE (merchant_id, livemode, transaction_id),
  constraint inventory_reservation_amount_check CHECK (amount > 0::numeric),
  constraint inventory_reservation_check CHECK ((state <> ALL (ARRAY['reserved'::text, 'consumed'::text])) OR amount IS NOT NULL),
  constraint inventory_reservation_check1 CHECK ((amount IS NULL) = (reserved_at IS NULL)),
  constraint inventory_reservation_check2 CHECK ((state = ANY (ARRAY['consumed'::text, 'released'::text])) = (ended_at IS NOT NULL)),
  constraint inventory_reservation_state_check CHECK (state = ANY (ARRAY['wanted'::text, 'reserved'::text, 'consumed'::text, 'released'::text])),
  constraint inventory_reservation_livemode_network_asset_fkey FOREIGN KEY (livemode, network, asset) REFERENCES inventory(livemode, network, asset),
  constraint inventory_reservation_merchant_id_livemode_transaction_id_fkey FOREIGN KEY (merchant_id, livemode, transaction_id) REFERENCES transaction(merchant_id, livemode, id)
);
CREATE INDEX inventory_reservation_consumed ON inventory_reservation USING btree (livemode, network, asset, ended_at) WHERE state = 'consumed'::text;
CREATE INDEX inventory_reservation_open ON inventory_reservation USING btree (livemode, network, asset, state) WHERE state = ANY (ARRAY['wanted'::text, 'reserved'::text]);
CREATE TRIGGER inventory_reservation_fixed BEFORE UPDATE ON inventory_reservation FOR EACH ROW EXECUTE FUNCTION refuse_change('merchant_id', 'livemode', 'id', 'transaction_id', 'network', 'asset', 'amount', 'created_at', 'reserved_at', 'ended_at');
CREATE TRIGGER inventory_reservation_kept BEFORE DELETE ON inventory_reservation FOR EACH ROW EXECUTE FUNCTION refuse_write();
CREATE TRIGGER inventory_reservation_moves BEFORE UPDATE ON inventory_reservation FOR EACH ROW EXECUTE FUNCTION refuse_move('state', 'wanted:reserved,released', 'reserved:consumed,released');
CREATE TRIGGER inventory_reservation_no_truncate BEFORE TRUNCATE ON inventory_reservation FOR EACH STATEMENT EXECUTE FUNCTION refuse_write();

create table journal (
  merchant_id text not null,
  livemode boolean not null,
  id text not null,
  key text not null,
  created_at timestamp with time zone default now() not null,
  constraint journal_pkey PRIMARY KEY (merchant_id, livemode, id),
  constraint journal_merchant_id_livemode_key_key UNIQUE (merchant_id, livemode, key)
);
CREATE TRIGGER journal_append_only BEFORE DELETE OR UPDATE ON journal FOR EACH ROW EXECUTE FUNCTION refuse_write();
CREATE CONSTRAINT TRIGGER journal_balanced AFTER INSERT ON journal DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_unbalanced();
CREATE TRIGGER journal_no_truncate BEFORE TRUNCATE ON journal FOR EACH STATEMENT EXECUTE FUNCTION refuse_write();

create table journal_seal (
  merchant_id text not null,
  livemode boolean not null,
  sequence bigint not null,
  journal_id text not null,
  hash bytea not null,
  constraint journal_seal_pkey PRIMARY KEY (merchant_id, livemode, sequence),
  constraint journal_seal_merchant_id_livemode_journal_id_key UNIQUE (merchant_id, livemode, journal_id),
  constraint journal_seal_hash_check CHECK (length(hash) = 32),
  constraint journal_seal_sequence_check CHECK (sequence > 0)
);
CREATE TRIGGER journal_seal_append_only BEFORE DELETE OR UPDATE ON journal_seal FOR EACH ROW EXECUTE FUNCTION refuse_write();
CREATE TRIGGER journal_seal_no_truncate BEFORE TRUNCATE ON journal_seal FOR EACH STATEMENT EXECUTE FUNCTION refuse_write();

create table journal_unsealed (
  merchant_id text not null,
  livemode boolean not null,
  journal_id text not null,
  place bigint generated always as identity not null,
  is_counted boolean default false not null,
  constraint journal_unsealed_pkey PRIMARY KEY (merchant_id, livemode, journal_id)
);
CREATE INDEX journal_unsealed_place ON journal_unsealed USING btree (merchant_id, livemode, place);
CREATE TRIGGER journal_unsealed_kept AFTER DELETE ON journal_unsealed REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION refuse_unsealed();
CREATE TRIGGER journal_unsealed_no_truncate BEFORE TRUNCATE ON journal_unsealed FOR EACH STATEMENT EXECUTE FUNCTION refuse_write();
CREATE CONSTRAINT TRIGGER posting_balanced AFTER INSERT OR UPDATE ON journal_unsealed DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_unbalanced();

create table ledger_account (
  account text not null,
  asset text not null,
  normal text not null,
  guard text default 'either'::text not null,
  constraint ledger_account_pkey PRIMARY KEY (account, asset),
  constraint ledger_account_guarded UNIQUE (account, asset, guard),
  constraint ledger_account_check CHECK (guard = normal OR guard = 'either'::text),
  constraint ledger_account_guard_check CHECK (guard = ANY (ARRAY['debit'::text, 'credit'::text, 'either'::text])),
  constraint ledger_account_normal_check CHECK (normal = ANY (ARRAY['debit'::text, 'credit'::text]))
);

create table ledger_balance (
  merchant_id text not null,
  livemode boolean not null,
  account text not null,
  asset text not null,
  guard text not null,
  amount numeric(78,0) default 0 not null,
  constraint ledger_balance_pkey PRIMARY KEY (merchant_id, livemode, account, asset),
  constraint ledger_balance_side CHECK (
CASE guard
    WHEN 'credit'::text THEN amount <= 0::numeric
    WHEN 'debit'::text THEN amount >= 0::numeric
    ELSE true
END),
  constraint ledger_balance_account_asset_guard_fkey FOREIGN KEY (account, asset, guard) REFERENCES ledger_account(account, asset, guard)
);
CREATE TRIGGER ledger_balance_kept BEFORE DELETE ON ledger_balance FOR EACH ROW EXECUTE FUNCTION refuse_write();
CREATE TRIGGER ledger_balance_no_truncate BEFORE TRUNCATE ON ledger_balance FOR EACH STATEMENT EXECUTE FUNCTION refuse_write();

create table ledger_chain (
  merchant_id text not null,
  livemode boolean not null,
  last_sequence bigint default 0 not null,
  last_hash bytea default decode(repeat('00'::text, 32), 'hex'::text) not null,
  constraint ledger_chain_pkey PRIMARY KEY (merchant_id, livemode),
  constraint ledger_chain_last_hash_check CHECK (length(last_hash) = 32)
);
CREATE TRIGGER ledger_chain_forward BEFORE UPDATE ON ledger_chain FOR EACH ROW WHEN (new.last_sequence < old.last_sequence OR new.merchant_id IS DISTINCT FROM old.merchant_id OR new.livemode IS DISTINCT FROM old.livemode OR new.last_sequence = old.last_sequence AND new.last_hash IS DISTINCT FROM old.last_hash) EXECUTE FUNCTION refuse_write();
CREATE TRIGGER ledger_chain_kept BEFORE DELETE ON ledger_chain FOR EACH ROW EXECUTE FUNCTION refuse_write();
CREATE TRIGGER ledger_chain_no_truncate BEFORE TRUNCATE ON ledger_chain FOR EACH STATEMENT EXECUTE FUNCTION refuse_write();

create table ledger_incoming (
  merchant_id text not null,
  livemode boolean not null,
  account text not null,
  asset text not null,
  amount numeric(78,0) not null
);
CREATE INDEX ledger_incoming_of ON ledger_incoming USING btree (merchant_id, livemode, account, asset);
CREATE TRIGGER ledger_incoming_fixed BEFORE UPDATE ON ledger_incoming FOR EACH ROW EXECUTE FUNCTION refuse_write();
CREATE TRIGGER ledger_incoming_no_truncate BEFORE TRUNCATE ON ledger_incoming FOR EACH STATEMENT EXECUTE FUNCTION refuse_write();

create table list_count (
  merchant_id text not null,
  livemode boolean not null,
  list text not null,
  word text not null,
  hour timestamp with time zone not null,
  n bigint not null,
  grain text default 'new'::text not null,
  constraint list_count_grain_check CHECK (grain = ANY (ARRAY['new'::text, 'hour'::text, 'month'::text])),
  constraint list_count_list_check CHECK (list = ANY (ARRAY['checkout_session'::text, 'transaction'::text, 'payout'::text, 'event'::text]))
);
CREATE INDEX list_count_folded ON list_count USING btree (merchant_id, livemode, list, grain, hour) INCLUDE (word, n) WHERE grain <> 'new'::text;
CREATE INDEX list_count_new ON list_count USING btree (merchant_id, livemode, list, hour) INCLUDE (word, n) WHERE grain = 'new'::text;

create table mail (
  merchant_id text not null,
  livemode boolean not null,
  id text not null,
  kind text not null,
  transaction_id text,
  number integer,
  webhook_endpoint_id text,
  address text not null,
  locale text not null,
  state text default 'pending'::text not null,
  reason text,
  tries integer default 0 not null,
  wake_at timestamp with time zone default now() not null,
  lease_until timestamp with time zone,
  created_at timestamp with time zone default date_trunc('milliseconds'::text, now()) not null,
  ended_at timestamp with time zone,
  constraint mail_pkey PRIMARY KEY (merchant_id, livemode, id),
  constraint mail_merchant_id_livemode_transaction_id_number_key UNIQUE (merchant_id, livemode, transaction_id, number),
  constraint mail_check CHECK ((kind = 'receipt'::text) = (transaction_id IS NOT NULL)),
  constraint mail_check1 CHECK ((kind = 'receipt'::text) = (number IS NOT NULL)),
  constraint mail_check2 CHECK ((kind = 'webhook_disabled'::text) = (webhook_endpoint_id IS NOT NULL)),
  constraint mail_check3 CHECK ((state = 'pending'::text) = (ended_at IS NULL)),
  constraint mail_kind_check CHECK (kind = ANY (ARRAY['receipt'::text, 'webhook_disabled'::text])),
  constraint mail_number_check CHECK (number >= 1 AND number <= 3),
  constraint mail_state_check CHECK (state = ANY (ARRAY['pending'::text, 'sent'::text, 'failed'::text])),
  constraint mail_merchant_id_livemode_transaction_id_fkey FOREIGN KEY (merchant_id, livemode, transaction_id) REFERENCES transaction(merchant_id, livemode, id)
);
CREATE INDEX mail_pending ON mail USING btree (wake_at) WHERE state = 'pending'::text;
CREATE TRIGGER mail_fixed BEFORE UPDATE ON mail FOR EACH ROW EXECUTE FUNCTION refuse_mail_change();
CREATE TRIGGER mail_kept BEFORE DELETE ON mail FOR EACH ROW EXECUTE FUNCTION refuse_write();
CREATE TRIGGER mail_no_truncate BEFORE TRUNCATE ON mail FOR EACH STATEMENT EXECUTE FUNCTION refuse_write();

create table merchant (
  id text not null,
  name text not null,
  email text not null,
  plan text default 'free'::text not null,
  created_at timestamp with time zone default now() not null,
  three_ds text default 'always'::text not null,
  constraint merchant_pkey PRIMARY KEY (id),
  constraint merchant_name_check CHECK (length(name) >= 1 AND length(name) <= 100),
  constraint merchant_three_ds_check CHECK (three_ds = ANY (ARRAY['always'::text, 'when_needed'::text]))
);

create table merchant_branding (
  merchant_id text not null,
  livemode boolean not null,
  display_name text,
  support_email text,
  support_url text,
  support_phone text,
  terms_url text,
  privacy_url text,
  statement_descriptor text,
  brand_color text,
  button_color text,
  logo_hash text,
  logo_png bytea,
  logo_width integer,
  logo_height integer,
  logo_fades_on text,
  updated_at timestamp with time zone default now() not null,
  constraint merchant_branding_pkey PRIMARY KEY (merchant_id, livemode),
  constraint merchant_branding_logo_hash_key UNIQUE (logo_hash),
  constraint merchant_branding_brand_color_check CHECK (brand_color ~ '^#[0-9a-f]{6}$'::text),
  constraint merchant_branding_button_color_check CHECK (button_color ~ '^#[0-9a-f]{6}$'::text),
  constraint merchant_branding_check CHECK (num_nulls(logo_hash, logo_png, logo_width, logo_height) = ANY (ARRAY[0, 4])),
  constraint merchant_branding_check1 CHECK (logo_fades_on IS NULL OR logo_hash IS NOT NULL),
  constraint merchant_branding_display_name_check CHECK (length(display_name) >= 1 AND length(display_name) <= 100),
  constraint merchant_branding_logo_fades_on_check CHECK (logo_fades_on = ANY (ARRAY['light'::text, 'dark'::text])),
  constraint merchant_branding_logo_hash_check CHECK (logo_hash ~ '^[0-9a-f]{32}$'::text),
  constraint merchant_branding_logo_height_check CHECK (logo_height >= 1 AND logo_height <= 512),
  constraint merchant_branding_logo_png_check CHECK (length(logo_png) <= 524288),
  constraint merchant_branding_logo_width_check CHECK (logo_width >= 1 AND logo_width <= 512),
  constraint merchant_branding_privacy_url_check CHECK (length(privacy_url) <= 2048),
  constraint merchant_branding_statement_descriptor_check CHECK (statement_descriptor ~ '^[A-Za-z0-9][A-Za-z0-9 .,&/-]{3,20}[A-Za-z0-9.]$'::text),
  constraint merchant_branding_support_email_check CHECK (length(support_email) <= 254),
  constraint merchant_branding_support_phone_check CHECK (support_phone ~ '^[+][0-9][0-9 ()-]{5,24}$'::text),
  constraint merchant_branding_support_url_check CHECK (length(support_url) <= 2048),
  constraint merchant_branding_terms_url_check CHECK (length(terms_url) <= 2048),
  constraint merchant_branding_merchant_id_fkey FOREIGN KEY (merchant_id) REFERENCES merchant(id)
);

create table page_report (
  directive text not null,
  blocked text not null,
  source text not null,
  times bigint not null,
  first_at timestamp with time zone default now() not null,
  last_at timestamp with time zone default now() not null,
  constraint page_report_pkey PRIMARY KEY (directive, blocked, source),
  constraint page_report_times_check CHECK (times > 0)
);

create table payout (
  merchant_id text not null,
  livemode boolean not null,
  id text not null,
  transaction_id text not null,
  state text default 'queued'::text not null,
  status text generated always as (
CASE
    WHEN state = ANY (ARRAY['queued'::text, 'reserved'::text, 'signed'::text]) THEN 'pending'::text
    WHEN state = 'held'::text THEN 'held'::text
    WHEN state = ANY (ARRAY['broadcast'::text, 'mined'::text]) THEN 'sent'::text
    WHEN state = 'final'::text THEN 'completed'::text
    ELSE 'failed'::text
END) stored not null,
  amount numeric(78,0) not null,
  asset text not null,
  network text not null,
  address text not null,
  hold_reason text,
  failure_reason text,
  metadata json not null,
  webhook_url text,
  wake_at timestamp with time zone default now() not null,
  lease_until timestamp with time zone,
  moved_at timestamp with time zone default clock_timestamp() not null,
  created_at timestamp with time zone default now() not null,
  sent_at timestamp with time zone,
  completed_at timestamp with time zone,
  payout_address_mac bytea,
  batch_id text,
  retry_of text,
  constraint payout_pkey PRIMARY KEY (merchant_id, livemode, id),
  constraint payout_merchant_id_livemode_id_network_asset_address_amount_key UNIQUE (merchant_id, livemode, id, network, asset, address, amount),
  constraint payout_amount_check CHECK (amount > 0::numeric),
  constraint payout_check CHECK ((batch_id IS NULL) = (state = ANY (ARRAY['queued'::text, 'held'::text]))),
  constraint payout_check2 CHECK (state <> 'held'::text OR hold_reason IS NOT NULL),
  constraint payout_check3 CHECK (state <> 'final'::text OR completed_at IS NOT NULL),
  constraint payout_payout_address_mac_check CHECK (length(payout_address_mac) = 32),
  constraint payout_state_check CHECK (state = ANY (ARRAY['queued'::text, 'held'::text, 'reserved'::text, 'signed'::text, 'broadcast'::text, 'mined'::text, 'final'::text, 'failed'::text])),
  constraint payout_livemode_batch_id_fkey FOREIGN KEY (livemode, batch_id) REFERENCES payout_batch(livemode, id),
  constraint payout_merchant_id_livemode_retry_of_fkey FOREIGN KEY (merchant_id, livemode, retry_of) REFERENCES payout(merchant_id, livemode, id),
  constraint payout_merchant_id_livemode_transaction_id_fkey FOREIGN KEY (merchant_id, livemode, transaction_id) REFERENCES transaction(merchant_id, livemode, id)
);
CREATE INDEX payout_by_status ON payout USING btree (merchant_id, livemode, status, id);
CREATE UNIQUE INDEX payout_one_live ON payout USING btree (merchant_id, livemode, transaction_id) WHERE state <> 'failed'::text;
CREATE UNIQUE INDEX payout_retried_once ON payout USING btree (merchant_id, livemode, retry_of) WHERE retry_of IS NOT NULL;
CREATE INDEX payout_unfinished ON payout USING btree (wake_at) WHERE state <> ALL (ARRAY['final'::text, 'failed'::text]);
CREATE INDEX payout_waiting ON payout USING btree (livemode, network, asset, wake_at) WHERE state = ANY (ARRAY['queued'::text, 'held'::text]);
CREATE TRIGGER payout_counted AFTER INSERT OR UPDATE ON payout FOR EACH ROW EXECUTE FUNCTION count_in_list('payout', 'status');
CREATE TRIGGER payout_fixed BEFORE UPDATE ON payout FOR EACH ROW EXECUTE FUNCTION refuse_change('merchant_id', 'livemode', 'id', 'transaction_id', 'amount', 'asset', 'network', 'address', 'metadata', 'created_at', 'sent_at', 'completed_at');
CREATE TRIGGER payout_keeps_batch BEFORE UPDATE ON payout FOR EACH ROW EXECUTE FUNCTION refuse_other_batch();
CREATE TRIGGER payout_mac_fixed BEFORE UPDATE ON payout FOR EACH ROW WHEN (old.payout_address_mac IS NOT NULL AND old.payout_address_mac IS DISTINCT FROM new.payout_address_mac) EXECUTE FUNCTION refuse_change('payout_address_mac');
CREATE TRIGGER payout_moves BEFORE UPDATE ON payout FOR EACH ROW EXECUTE FUNCTION refuse_move('state', 'queued:held,reserved', 'held:reserved', 'reserved:signed', 'signed:broadcast', 'broadcast:mined,final,failed,queued', 'mined:broadcast,final,failed,queued');
CREATE TRIGGER payout_second BEFORE INSERT OR UPDATE OF retry_of ON payout FOR EACH ROW EXECUTE FUNCTION refuse_second_payout();

create table payout_batch (
  livemode boolean not null,
  id text not null,
  network text not null,
  asset text not null,
  wallet_address text not null,
  nonce numeric(78,0),
  state text default 'reserved'::text not null,
  payments integer not null,
  total numeric(78,0) not null,
  fee_limit numeric(78,0) not null,
  fee numeric(78,0),
  tx_hash text,
  confirmations integer default 0 not null,
  hold_reason text,
  cancel_asked_at timestamp with time zone,
  tries integer default 0 not null,
  wake_at timestamp with time zone default now() not null,
  lease_until timestamp with time zone,
  moved_at timestamp with time zone default clock_timestamp() not null,
  created_at timestamp with time zone default now() not null,
  sent_at timestamp with time zone,
  ended_at timestamp with time zone,
  constraint payout_batch_pkey PRIMARY KEY (livemode, id),
  constraint payout_batch_livemode_network_wallet_address_nonce_key UNIQUE (livemode, network, wallet_address, nonce),
  constraint payout_batch_check CHECK ((state = ANY (ARRAY['final'::text, 'cancelled'::text])) = (ended_at IS NOT NULL)),
  constraint payout_batch_check1 CHECK ((state = ANY (ARRAY['final'::text, 'cancelled'::text])) = (fee IS NOT NULL)),
  constraint payout_batch_fee_check CHECK (fee >= 0::numeric),
  constraint payout_batch_fee_limit_check CHECK (fee_limit >= 0::numeric),
  constraint payout_batch_payments_check CHECK (payments > 0),
  constraint payout_batch_state_check CHECK (state = ANY (ARRAY['reserved'::text, 'signed'::text, 'broadcast'::text, 'mined'::text, 'final'::text, 'cancelled'::text])),
  constraint payout_batch_total_check CHECK (total > 0::numeric),
  constraint payout_batch_livemode_network_wallet_address_fkey FOREIGN KEY (livemode, network, wallet_address) REFERENCES treasury_wallet(livemode, network, address)
);
CREATE INDEX payout_batch_moved ON payout_batch USING btree (livemode, network, wallet_address, moved_at);
CREATE INDEX payout_batch_open ON payout_batch USING btree (livemode, network, wallet_address, asset) WHERE state <> ALL (ARRAY['final'::text, 'cancelled'::text]);
CREATE INDEX payout_batch_unfinished ON payout_batch USING btree (wake_at) WHERE state <> ALL (ARRAY['final'::text, 'cancelled'::text]);
CREATE TRIGGER payout_batch_fixed BEFORE UPDATE ON payout_batch FOR EACH ROW EXECUTE FUNCTION refuse_change('livemode', 'id', 'network', 'asset', 'wallet_address', 'nonce', 'payments', 'total', 'fee', 'cancel_asked_at', 'created_at', 'sent_at', 'ended_at');
CREATE TRIGGER payout_batch_kept BEFORE DELETE ON payout_batch FOR EACH ROW EXECUTE FUNCTION refuse_write();
CREATE TRIGGER payout_batch_moves BEFORE UPDATE ON payout_batch FOR EACH ROW EXECUTE FUNCTION refuse_move('state', 'reserved:signed', 'signed:broadcast', 'broadcast:mined,final,cancelled', 'mined:broadcast,final,cancelled');
CREATE TRIGGER payout_batch_no_truncate BEFORE TRUNCATE ON payout_batch FOR EACH STATEMENT EXECUTE FUNCTION refuse_write();
CREATE TRIGGER payout_batch_not_held BEFORE INSERT ON payout_batch FOR EACH ROW EXECUTE FUNCTION refuse_held();

create table payout_guard (
  livemode boolean not null,
  hold_reason text,
  system_identifier text,
  database_oid oid not null,
  acquirer text,
  acquirer_event text,
  compared_at timestamp with time zone,
  constraint payout_guard_pkey PRIMARY KEY (livemode)
);
CREATE TRIGGER payout_guard_kept BEFORE DELETE ON payout_guard FOR EACH ROW EXECUTE FUNCTION refuse_write();

create table posting (
  merchant_id text not null,
  livemode boolean not null,
  journal_id text not null,
  line integer not null,
  account text not null,
  asset text not null,
  amount numeric(78,0) not null,
  constraint posting_pkey PRIMARY KEY (merchant_id, livemode, journal_id, line),
  constraint posting_amount_check CHECK (amount <> 0::numeric),
  constraint posting_account_asset_fkey FOREIGN KEY (account, asset) REFERENCES ledger_account(account, asset),
  constraint posting_merchant_id_livemode_journal_id_fkey FOREIGN KEY (merchant_id, livemode, journal_id) REFERENCES journal(merchant_id, livemode, id)
);
CREATE TRIGGER posting_append_only BEFORE DELETE OR UPDATE ON posting FOR EACH ROW EXECUTE FUNCTION refuse_write();
CREATE TRIGGER posting_kept AFTER INSERT ON posting REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION keep_balances();
CREATE TRIGGER posting_no_truncate BEFORE TRUNCATE ON posting FOR EACH STATEMENT EXECUTE FUNCTION refuse_write();

create table quote (
  merchant_id text not null,
  livemode boolean not null,
  id text not null,
  transaction_id text not null,
  state text default 'bound'::text not null,
  gross numeric(78,0) not null,
  fee numeric(78,0) not null,
  spread numeric(78,0) not null,
  remainder numeric(78,0) not null,
  payout_value numeric(78,0) not null,
  payout_amount numeric(78,0) not null,
  rate numeric(78,0) not null,
  mid_rate numeric(78,0) not null,
  receipt json not null,
  bound_at timestamp with time zone default clock_timestamp() not null,
  expires_at timestamp with time zone not null,
  grace_until timestamp with time zone not null,
  challenged_at timestamp with time zone,
  ended_at timestamp with time zone,
  constraint quote_pkey PRIMARY KEY (merchant_id, livemode, id),
  constraint quote_merchant_id_livemode_id_transaction_id_rate_payout_am_key UNIQUE (merchant_id, livemode, id, transaction_id, rate, payout_amount),
  constraint quote_check CHECK (gross = (payout_value + fee + spread + remainder)),
  constraint quote_check1 CHECK (grace_until >= expires_at AND expires_at > bound_at),
  constraint quote_check2 CHECK ((state = 'bound'::text) = (ended_at IS NULL)),
  constraint quote_fee_check CHECK (fee >= 0::numeric),
  constraint quote_gross_check CHECK (gross > 0::numeric),
  constraint quote_mid_rate_check CHECK (mid_rate > 0::numeric),
  constraint quote_payout_amount_check CHECK (payout_amount > 0::numeric),
  constraint quote_payout_value_check CHECK (payout_value >= 0::numeric),
  constraint quote_rate_check CHECK (rate > 0::numeric),
  constraint quote_remainder_check CHECK (remainder >= 0::numeric),
  constraint quote_spread_check CHECK (spread >= 0::numeric),
  constraint quote_state_check CHECK (state = ANY (ARRAY['bound'::text, 'used'::text, 'expired'::text])),
  constraint quote_merchant_id_livemode_transaction_id_fkey FOREIGN KEY (merchant_id, livemode, transaction_id) REFERENCES transaction(merchant_id, livemode, id)
);
CREATE INDEX quote_by_transaction ON quote USING btree (merchant_id, livemode, transaction_id, bound_at);
CREATE UNIQUE INDEX quote_one_bound ON quote USING btree (merchant_id, livemode, transaction_id) WHERE state = 'bound'::text;
CREATE TRIGGER quote_fixed BEFORE UPDATE ON quote FOR EACH ROW EXECUTE FUNCTION refuse_change('merchant_id', 'livemode', 'id', 'transaction_id', 'gross', 'fee', 'spread', 'remainder', 'payout_value', 'payout_amount', 'rate', 'mid_rate', 'receipt', 'bound_at', 'expires_at', 'grace_until', 'challenged_at', 'ended_at');
CREATE TRIGGER quote_kept BEFORE DELETE ON quote FOR EACH ROW EXECUTE FUNCTION refuse_write();
CREATE TRIGGER quote_moves BEFORE UPDATE ON quote FOR EACH ROW EXECUTE FUNCTION refuse_move('state', 'bound:used,expired');
CREATE TRIGGER quote_no_truncate BEFORE TRUNCATE ON quote FOR EACH STATEMENT EXECUTE FUNCTION refuse_write();

create table rate_limit (
  bucket text not null,
  window_end timestamp with time zone not null,
  taken bigint not null,
  constraint rate_limit_pkey PRIMARY KEY (bucket)
);
CREATE INDEX rate_limit_over ON rate_limit USING btree (window_end);

create table schema_migration (
  name text not null,
  applied_at timestamp with time zone default now() not null,
  constraint schema_migration_pkey PRIMARY KEY (name)
);

create table signer_stop (
  livemode boolean not null,
  reason text not null,
  stopped_at timestamp with time zone default now() not null,
  constraint signer_stop_pkey PRIMARY KEY (livemode)
);

create table signing (
  livemode boolean not null,
  order_id text not null,
  network text not null,
  wallet text not null,
  payments text,
  anchor text not null,
  count text,
  amount numeric(78,0) not null,
  fee numeric(78,0) not null,
  signed_at timestamp with time zone default now() not null,
  constraint signing_pkey PRIMARY KEY (livemode, order_id),
  constraint signing_livemode_network_wallet_anchor_key UNIQUE (livemode, network, wallet, anchor),
  constraint signing_amount_check CHECK (amount >= 0::numeric),
  constraint signing_fee_check CHECK (fee >= 0::numeric)
);
CREATE TRIGGER signing_fixed BEFORE UPDATE ON signing FOR EACH ROW EXECUTE FUNCTION refuse_change('livemode', 'order_id', 'network', 'wallet', 'payments', 'anchor', 'count', 'amount', 'signed_at');
CREATE TRIGGER signing_kept BEFORE DELETE ON signing FOR EACH ROW EXECUTE FUNCTION refuse_write();
CREATE TRIGGER signing_no_truncate BEFORE TRUNCATE ON signing FOR EACH STATEMENT EXECUTE FUNCTION refuse_write();

create table signing_coin (
  livemode boolean not null,
  network text not null,
  slot text not null,
  amount numeric(78,0) not null,
  constraint signing_coin_pkey PRIMARY KEY (livemode, network, slot),
  constraint signing_coin_amount_check CHECK (amount > 0::numeric)
);
CREATE TRIGGER signing_coin_fixed BEFORE DELETE OR UPDATE ON signing_coin FOR EACH ROW EXECUTE FUNCTION refuse_write();

create table signing_total (
  livemode boolean not null,
  count text not null,
  minute timestamp with time zone not null,
  amount numeric(78,0) not null,
  constraint signing_total_pkey PRIMARY KEY (livemode, count, minute),
  constraint signing_total_amount_check CHECK (amount >= 0::numeric)
);

create table transaction (
  merchant_id text not null,
  livemode boolean not null,
  id text not null,
  checkout_session_id text not null,
  state text default 'authorizing'::text not null,
  status text generated always as (
CASE
    WHEN state = ANY (ARRAY['authorizing'::text, 'authorized'::text, 'capturing'::text, 'voiding'::text]) THEN 'pending'::text
    WHEN state = 'captured'::text THEN 'processing'::text
    WHEN state = 'paid_out'::text THEN 'completed'::text
    WHEN state = 'refunded'::text THEN 'refunded'::text
    ELSE 'failed'::text
END) stored not null,
  amount numeric(78,0) not null,
  currency text not null,
  fee_bps integer not null,
  fee_amount numeric(78,0) not null,
  spread_bps integer not null,
  payout_currency text not null,
  payout_network text not null,
  payout_address text not null,
  payout_amount numeric(78,0),
  payout_id text,
  amount_refunded numeric(78,0) default 0 not null,
  acquirer text not null,
  acquirer_ref text,
  card_token text,
  card_token_hash bytea not null,
  card_brand text,
  card_last_four text,
  failure_code text,
  failure_message text,
  customer_email text,
  metadata json not null,
  webhook_url text,
  tries integer default 0 not null,
  wake_at timestamp with time zone default now() not null,
  lease_until timestamp with time zone,
  give_up_at timestamp with time zone,
  created_at timestamp with time zone default now() not null,
  captured_at timestamp with time zone,
  paid_out_at timestamp with time zone,
  payout_address_mac bytea,
  unknown_since timestamp with time zone,
  statement_descriptor text,
  three_ds text default 'always'::text not null,
  action jsonb,
  customer_locale text,
  constraint transaction_pkey PRIMARY KEY (merchant_id, livemode, id),
  constraint transaction_amount_check CHECK (amount > 0::numeric),
  constraint transaction_card_last_four_check CHECK (card_last_four ~ '^[0-9]{4}$'::text),
  constraint transaction_check CHECK (fee_amount >= 0::numeric AND fee_amount <= amount),
  constraint transaction_check1 CHECK (amount_refunded >= 0::numeric AND amount_refunded <= amount),
  constraint transaction_check2 CHECK ((state <> ALL (ARRAY['captured'::text, 'paid_out'::text, 'refunded'::text])) OR payout_amount IS NOT NULL AND captured_at IS NOT NULL),
  constraint transaction_check3 CHECK (state <> 'paid_out'::text OR paid_out_at IS NOT NULL),
  constraint transaction_check4 CHECK (action IS NULL OR state = 'authorizing'::text AND ((action ->> 'kind'::text) = ANY (ARRAY['frame'::text, 'redirect'::text])) AND (action ->> 'url'::text) IS NOT NULL),
  constraint transaction_fee_bps_check CHECK (fee_bps >= 0 AND fee_bps <= 10000),
  constraint transaction_payout_address_mac_check CHECK (length(payout_address_mac) = 32),
  constraint transaction_payout_amount_check CHECK (payout_amount > 0::numeric),
  constraint transaction_spread_bps_check CHECK (spread_bps >= 0 AND spread_bps <= 10000),
  constraint transaction_state_check CHECK (state = ANY (ARRAY['authorizing'::text, 'authorized'::text, 'capturing'::text, 'captured'::text, 'paid_out'::text, 'declined'::text, 'voiding'::text, 'voided'::text, 'refunded'::text])),
  constraint transaction_three_ds_check CHECK (three_ds = ANY (ARRAY['always'::text, 'when_needed'::text])),
  constraint transaction_merchant_id_livemode_checkout_session_id_fkey FOREIGN KEY (merchant_id, livemode, checkout_session_id) REFERENCES checkout_session(merchant_id, livemode, id)
);
CREATE UNIQUE INDEX transaction_by_acquirer_ref ON transaction USING btree (acquirer, acquirer_ref);
CREATE INDEX transaction_by_session ON transaction USING btree (merchant_id, livemode, checkout_session_id);
CREATE INDEX transaction_by_status ON transaction USING btree (merchant_id, livemode, status, id);
CREATE UNIQUE INDEX transaction_one_live_charge ON transaction USING btree (merchant_id, livemode, checkout_session_id) WHERE state <> ALL (ARRAY['declined'::text, 'voided'::text]);
CREATE UNIQUE INDEX transaction_one_per_token ON transaction USING btree (merchant_id, livemode, checkout_session_id, card_token_hash);
CREATE INDEX transaction_unfinished ON transaction USING btree (wake_at) WHERE state = ANY (ARRAY['authorizing'::text, 'authorized'::text, 'capturing'::text, 'voiding'::text]);
CREATE INDEX transaction_unknown ON transaction USING btree (unknown_since) WHERE unknown_since IS NOT NULL;
CREATE TRIGGER transaction_counted AFTER INSERT OR UPDATE ON transaction FOR EACH ROW EXECUTE FUNCTION count_in_list('transaction', 'status');
CREATE TRIGGER transaction_descriptor_fixed BEFORE UPDATE ON transaction FOR EACH ROW WHEN (old.statement_descriptor IS DISTINCT FROM new.statement_descriptor) EXECUTE FUNCTION refuse_write();
CREATE TRIGGER transaction_fixed BEFORE UPDATE ON transaction FOR EACH ROW EXECUTE FUNCTION refuse_change('merchant_id', 'livemode', 'id', 'checkout_session_id', 'amount', 'currency', 'fee_bps', 'fee_amount', 'spread_bps', 'payout_currency', 'payout_network', 'payout_address', 'payout_amount', 'acquirer', 'acquirer_ref', 'card_token_hash', 'metadata', 'created_at', 'captured_at', 'paid_out_at');
CREATE TRIGGER transaction_keeps_payout BEFORE UPDATE OF payout_id ON transaction FOR EACH ROW EXECUTE FUNCTION refuse_other_payout();
CREATE TRIGGER transaction_mac_fixed BEFORE UPDATE ON transaction FOR EACH ROW WHEN (old.payout_address_mac IS NOT NULL AND old.payout_address_mac IS DISTINCT FROM new.payout_address_mac) EXECUTE FUNCTION refuse_change('payout_address_mac');
CREATE TRIGGER transaction_moves BEFORE UPDATE ON transaction FOR EACH ROW EXECUTE FUNCTION refuse_move('state', 'authorizing:authorized,declined,voiding', 'authorized:capturing,voiding', 'capturing:captured,voided', 'captured:paid_out,refunded', 'paid_out:refunded', 'voiding:voided');
CREATE TRIGGER transaction_three_ds_fixed BEFORE UPDATE ON transaction FOR EACH ROW WHEN (old.three_ds IS DISTINCT FROM new.three_ds) EXECUTE FUNCTION refuse_change('three_ds');

create table treasury_coin (
  livemode boolean not null,
  network text not null,
  outpoint text not null,
  address text not null,
  amount numeric(78,0) not null,
  seen_at timestamp with time zone default now() not null,
  constraint treasury_coin_pkey PRIMARY KEY (livemode, network, outpoint),
  constraint treasury_coin_amount_check CHECK (amount > 0::numeric),
  constraint treasury_coin_livemode_network_address_fkey FOREIGN KEY (livemode, network, address) REFERENCES treasury_wallet(livemode, network, address)
);

create table treasury_order (
  livemode boolean not null,
  id text not null,
  kind text not null,
  venue text not null,
  client_id text not null,
  asset text not null,
  amount numeric(78,0) not null,
  currency text,
  limit_price numeric(78,0),
  network text,
  address text,
  withdraw_key text,
  state text default 'pending'::text not null,
  sent_at timestamp with time zone,
  reference text,
  tx_hash text,
  filled numeric(78,0),
  paid numeric(78,0),
  fee numeric(78,0),
  fee_asset text,
  reason text,
  tries integer default 0 not null,
  wake_at timestamp with time zone default now() not null,
  lease_until timestamp with time zone,
  created_at timestamp with time zone default now() not null,
  ended_at timestamp with time zone,
  constraint treasury_order_pkey PRIMARY KEY (livemode, id),
  constraint treasury_order_livemode_venue_client_id_key UNIQUE (livemode, venue, client_id),
  constraint treasury_order_amount_check CHECK (amount > 0::numeric),
  constraint treasury_order_check CHECK ((kind = 'hedge'::text) = (currency IS NOT NULL)),
  constraint treasury_order_check1 CHECK ((kind = 'hedge'::text) = (limit_price IS NOT NULL)),
  constraint treasury_order_check2 CHECK ((kind = 'refill'::text) = (network IS NOT NULL)),
  constraint treasury_order_check3 CHECK ((kind = 'refill'::text) = (address IS NOT NULL)),
  constraint treasury_order_check4 CHECK ((kind = 'refill'::text) = (withdraw_key IS NOT NULL)),
  constraint treasury_order_check5 CHECK ((state = ANY (ARRAY['done'::text, 'failed'::text])) = (ended_at IS NOT NULL)),
  constraint treasury_order_check6 CHECK (state <> 'pending'::text OR sent_at IS NULL),
  constraint treasury_order_check7 CHECK ((state = ANY (ARRAY['pending'::text, 'failed'::text])) OR sent_at IS NOT NULL),
  constraint treasury_order_check8 CHECK (state <> 'done'::text OR filled > 0::numeric AND fee IS NOT NULL AND fee_asset IS NOT NULL),
  constraint treasury_order_fee_check CHECK (fee >= 0::numeric),
  constraint treasury_order_filled_check CHECK (filled >= 0::numeric),
  constraint treasury_order_kind_check CHECK (kind = ANY (ARRAY['hedge'::text, 'refill'::text])),
  constraint treasury_order_limit_price_check CHECK (limit_price > 0::numeric),
  constraint treasury_order_paid_check CHECK (paid >= 0::numeric),
  constraint treasury_order_sent_at_check CHECK (sent_at = date_trunc('milliseconds'::text, sent_at)),
  constraint treasury_order_state_check CHECK (state = ANY (ARRAY['pending'::text, 'unknown'::text, 'accepted'::text, 'manual'::text, 'done'::text, 'failed'::text]))
);
CREATE INDEX treasury_order_ended ON treasury_order USING btree (livemode, ended_at);
CREATE UNIQUE INDEX treasury_order_one_hedge ON treasury_order USING btree (livemode, asset, currency) WHERE kind = 'hedge'::text AND ended_at IS NULL;
CREATE UNIQUE INDEX treasury_order_one_refill ON treasury_order USING btree (livemode, network, asset) WHERE kind = 'refill'::text AND ended_at IS NULL;
CREATE INDEX treasury_order_open ON treasury_order USING btree (wake_at) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX treasury_order_told_apart ON treasury_order USING btree (livemode, venue, asset, withdraw_key, amount) WHERE kind = 'refill'::text;
CREATE TRIGGER treasury_order_fixed BEFORE UPDATE ON treasury_order FOR EACH ROW EXECUTE FUNCTION refuse_change('livemode', 'id', 'kind', 'venue', 'client_id', 'asset', 'amount', 'currency', 'limit_price', 'network', 'address', 'withdraw_key', 'reference', 'filled', 'paid', 'fee', 'fee_asset', 'created_at', 'ended_at');
CREATE TRIGGER treasury_order_kept BEFORE DELETE ON treasury_order FOR EACH ROW EXECUTE FUNCTION refuse_write();
CREATE TRIGGER treasury_order_moves BEFORE UPDATE ON treasury_order FOR EACH ROW EXECUTE FUNCTION refuse_move('state', 'pending:unknown,failed', 'unknown:pending,accepted,manual,done,failed', 'accepted:manual,done,failed', 'manual:accepted,done,failed');
CREATE TRIGGER treasury_order_no_truncate BEFORE TRUNCATE ON treasury_order FOR EACH STATEMENT EXECUTE FUNCTION refuse_write();

create table treasury_wallet (
  livemode boolean not null,
  network text not null,
  address text not null,
  next_nonce numeric(78,0) not null,
  hold_reason text,
  created_at timestamp with time zone default now() not null,
  seen_block numeric(78,0),
  constraint treasury_wallet_pkey PRIMARY KEY (livemode, network, address),
  constraint treasury_wallet_next_nonce_check CHECK (next_nonce >= 0::numeric)
);

create table wallet (
  merchant_id text not null,
  livemode boolean not null,
  asset text not null,
  network text not null,
  address text not null,
  created_at timestamp with time zone default now() not null,
  mac bytea,
  next_network text,
  next_address text,
  next_mac bytea,
  effective_at timestamp with time zone,
  constraint wallet_pkey PRIMARY KEY (merchant_id, livemode, asset),
  constraint wallet_asset_check CHECK (asset = ANY (ARRAY['USDT'::text, 'USDC'::text, 'BTC'::text, 'ETH'::text])),
  constraint wallet_mac_check CHECK (length(mac) = 32),
  constraint wallet_next CHECK ((num_nulls(next_network, next_address, effective_at) = ANY (ARRAY[0, 3])) AND (next_mac IS NULL OR next_address IS NOT NULL)),
  constraint wallet_next_mac_check CHECK (length(next_mac) = 32),
  constraint wallet_merchant_id_fkey FOREIGN KEY (merchant_id) REFERENCES merchant(id)
);

create table wallet_skip (
  livemode boolean not null,
  network text not null,
  address text not null,
  first_nonce numeric(78,0) not null,
  next_nonce numeric(78,0) not null,
  reason text not null,
  created_at timestamp with time zone default now() not null,
  constraint wallet_skip_pkey PRIMARY KEY (livemode, network, address, first_nonce),
  constraint wallet_skip_check CHECK (first_nonce >= 0::numeric AND next_nonce > first_nonce),
  constraint wallet_skip_livemode_network_address_fkey FOREIGN KEY (livemode, network, address) REFERENCES treasury_wallet(livemode, network, address)
);
CREATE TRIGGER wallet_skip_append_only BEFORE DELETE OR UPDATE ON wallet_skip FOR EACH ROW EXECUTE FUNCTION refuse_write();

create table webhook_attempt (
  merchant_id text not null,
  livemode boolean not null,
  id text not null,
  endpoint_id text not null,
  event_id text not null,
  url text not null,
  number integer not null,
  succeeded boolean not null,
  status integer,
  diagnosis text not null,
  request_headers json not null,
  response_head text,
  latency_ms integer not null,
  next_attempt_at timestamp with time zone,
  created_at timestamp with time zone not null,
  constraint webhook_attempt_pkey PRIMARY KEY (merchant_id, livemode, endpoint_id, succeeded, id),
  constraint webhook_attempt_latency_ms_check CHECK (latency_ms >= 0),
  constraint webhook_attempt_number_check CHECK (number > 0)
);
CREATE INDEX webhook_attempt_age ON webhook_attempt USING btree (created_at);
CREATE INDEX webhook_attempt_of_event ON webhook_attempt USING btree (merchant_id, livemode, event_id, id);

create table webhook_delivery (
  merchant_id text not null,
  livemode boolean not null,
  id text not null,
  event_id text not null,
  endpoint_id text not null,
  url text not null,
  state text default 'pending'::text not null,
  tries integer default 0 not null,
  wake_at timestamp with time zone default now() not null,
  last_status integer,
  last_diagnosis text,
  created_at timestamp with time zone default now() not null,
  finished_at timestamp with time zone,
  armed_at timestamp with time zone default now() not null,
  origin text not null,
  sequence bigint not null,
  constraint webhook_delivery_pkey PRIMARY KEY (merchant_id, livemode, endpoint_id, sequence),
  constraint webhook_delivery_state_check CHECK (state = ANY (ARRAY['pending'::text, 'failed'::text]))
);
CREATE INDEX webhook_delivery_due ON webhook_delivery USING btree (merchant_id, livemode, endpoint_id, origin, wake_at) WHERE state = 'pending'::text;
CREATE INDEX webhook_delivery_given_up ON webhook_delivery USING btree (finished_at) WHERE state = 'failed'::text;

create table webhook_endpoint (
  merchant_id text not null,
  livemode boolean not null,
  id text not null,
  url text,
  is_default boolean default false not null,
  status text default 'enabled'::text not null,
  secret_sealed bytea not null,
  created_at timestamp with time zone default now() not null,
  events text[] default '{*}'::text[] not null,
  description text,
  previous_secret_sealed bytea,
  previous_secret_until timestamp with time zone,
  deleted_at timestamp with time zone,
  failing_since timestamp with time zone,
  disabled_reason text,
  constraint webhook_endpoint_pkey PRIMARY KEY (merchant_id, livemode, id),
  constraint webhook_endpoint_check CHECK ((previous_secret_sealed IS NULL) = (previous_secret_until IS NULL)),
  constraint webhook_endpoint_check1 CHECK (deleted_at IS NULL OR NOT is_default),
  constraint webhook_endpoint_description_check CHECK (length(description) <= 500),
  constraint webhook_endpoint_disabled_reason_check CHECK (disabled_reason = ANY (ARRAY['by_merchant'::text, 'failing'::text, 'gone'::text])),
  constraint webhook_endpoint_disabled_why CHECK ((status = 'disabled'::text) = (disabled_reason IS NOT NULL)),
  constraint webhook_endpoint_events_check CHECK (cardinality(events) > 0),
  constraint webhook_endpoint_status_check CHECK (status = ANY (ARRAY['enabled'::text, 'disabled'::text])),
  constraint webhook_endpoint_merchant_id_fkey FOREIGN KEY (merchant_id) REFERENCES merchant(id)
);
CREATE INDEX webhook_endpoint_failing ON webhook_endpoint USING btree (failing_since) WHERE failing_since IS NOT NULL AND status = 'enabled'::text;
CREATE UNIQUE INDEX webhook_endpoint_one_default ON webhook_endpoint USING btree (merchant_id, livemode) WHERE is_default;
CREATE TRIGGER webhook_endpoint_fixed BEFORE UPDATE ON webhook_endpoint FOR EACH ROW EXECUTE FUNCTION refuse_change('merchant_id', 'livemode', 'id', 'is_default', 'created_at', 'deleted_at');

create table webhook_queue (
  merchant_id text not null,
  livemode boolean not null,
  endpoint_id text not null,
  origin text not null,
  due_at timestamp with time zone,
  added bigint default 1 not null,
  owner text,
  lease_until timestamp with time zone,
  constraint webhook_queue_pkey PRIMARY KEY (merchant_id, livemode, endpoint_id, origin),
  constraint webhook_queue_merchant_id_livemode_endpoint_id_fkey FOREIGN KEY (merchant_id, livemode, endpoint_id) REFERENCES webhook_endpoint(merchant_id, livemode, id)
);
CREATE INDEX webhook_queue_due ON webhook_queue USING btree (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX webhook_queue_empty ON webhook_queue USING btree (lease_until) WHERE due_at IS NULL;
