-- The processes run as roles that own nothing (decision 18), and what was left of bad writes is refused. What they may not write by hand the database writes for them,
-- by functions of the owner. Which role may do what is in src/db/roles/rights.ts; `migrate` grants it, and fixes the search path of
-- every function.

-- Balances, the queue of what is not sealed, seals and heads: only these functions write them.
alter function keep_balances() security definer;
alter function fold_balance(text, boolean, text, text, text, numeric) security definer;
alter function seal_journals(text, boolean, int) security definer;
revoke execute on function fold_balance(text, boolean, text, text, text, numeric) from public;
revoke execute on function seal_journals(text, boolean, int) from public;

-- Writes a journal and its lines, for every process. Who may not write lines by hand books captures and nothing else, each
-- in the transaction that recorded it, and as its conversion says. Of what we owe in fiat, a capture may keep a part back.
create function book_journal(m text, l boolean, journal_id text, journal_key text, accounts text[], assets text[],
  amounts numeric[]) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
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
end $$;
revoke execute on function book_journal(text, boolean, text, text, text[], text[], numeric[]) from public;

-- Databases that were made before PostgreSQL 15 let everybody make tables and functions here.
revoke create on schema public from public;

-- ── What stood only in the code ─────────────────────────────────────────────────────────────────────────────────────

-- The wallet's row is locked by who takes its nonce, so nobody holds it in between.
create function refuse_held() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
  if exists (
    select from treasury_wallet w where w.livemode = new.livemode and w.network = new.network
      and w.address = new.wallet_address and w.hold_reason is not null)
    or exists (select from payout_guard g where g.livemode = new.livemode and g.hold_reason is not null)
  then
    raise exception 'wallet % is on hold', new.wallet_address using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger payout_batch_not_held before insert on payout_batch for each row execute function refuse_held();
