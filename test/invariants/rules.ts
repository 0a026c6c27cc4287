/**
 * What must hold between the rows of a payment at any moment, one statement each: it names what is wrong. Written from the
 * states alone, so that a move that forgets one of its journals, events or promises is found by what it left out. The
 * numbers are those of README.md beside this file.
 */
export const RULES: readonly { readonly name: string; readonly find: string }[] = [
  {
    name: 'I5 each move has exactly its journals',
    find: `with due as (
        select merchant_id, livemode, 'capture:' || id key from transaction where captured_at is not null
        union all
        select merchant_id, livemode, 'reserve:' || payout_id || ':' || batch_id from batch_payment
        union all
        select merchant_id, livemode,
          case outcome when 'paid' then 'final' when 'failed' then 'failed' else 'release' end
            || ':' || payout_id || ':' || batch_id
        from batch_payment where outcome is not null
        union all
        select 'platform', livemode, 'gas:' || id from payout_batch where fee > 0),
      booked as (
        select merchant_id, livemode, key from journal
        where split_part(key, ':', 1) in ('capture', 'reserve', 'final', 'failed', 'release', 'gas'))
      select case when b.key is null then 'no journal ' else 'a journal without its move ' end
        || coalesce(d.merchant_id, b.merchant_id) || ' ' || coalesce(d.key, b.key) what
      from due d full join booked b using (merchant_id, livemode, key) where d.key is null or b.key is null`,
  },
  {
    name: 'I5 a journal of a payout moves the amount of the payout',
    find: `select l.merchant_id || ' ' || j.key what from batch_payment l
      join journal j on j.merchant_id = l.merchant_id and j.livemode = l.livemode and j.key in (
        'reserve:' || l.payout_id || ':' || l.batch_id, 'final:' || l.payout_id || ':' || l.batch_id,
        'failed:' || l.payout_id || ':' || l.batch_id, 'release:' || l.payout_id || ':' || l.batch_id)
      left join posting p on p.merchant_id = j.merchant_id and p.livemode = j.livemode and p.journal_id = j.id
        and p.account = 'payout_in_flight' and p.asset = l.asset
      where p.amount is distinct from case when j.key like 'reserve:%' then -l.amount else l.amount end`,
  },
  {
    name: 'I5 what a transaction cost is what was booked',
    find: `select b.id what from payout_batch b
      left join journal j on j.merchant_id = 'platform' and j.livemode = b.livemode and j.key = 'gas:' || b.id
      left join posting p on p.merchant_id = j.merchant_id and p.livemode = j.livemode and p.journal_id = j.id
        and p.account = 'gas_expense'
      where coalesce(b.fee, 0) <> coalesce(p.amount, 0)`,
  },
  {
    name: 'I5 a payout stands where its batch does',
    find: `select p.merchant_id || ' payout ' || p.state || ', batch ' || coalesce(b.state, 'none') what
      from payout p left join payout_batch b on b.livemode = p.livemode and b.id = p.batch_id
      where not case p.state
        when 'queued' then b.id is null when 'held' then b.id is null
        when 'final' then b.state = 'final' when 'failed' then b.state = 'final'
        -- A batch whose cancellation is in a block is mined; its payouts are not.
        when 'broadcast' then b.state in ('broadcast', 'mined')
        else b.state = p.state end`,
  },
  {
    name: 'I5 a charge stands where its session and payout do',
    find: `select t.merchant_id || ' transaction ' || t.state || ', session ' || s.status || ', payout '
        || coalesce(p.state, 'none') what
      from transaction t
      join checkout_session s on s.merchant_id = t.merchant_id and s.livemode = t.livemode and s.id = t.checkout_session_id
      left join payout p on p.merchant_id = t.merchant_id and p.livemode = t.livemode and p.transaction_id = t.id
      where (t.captured_at is null) <> (p.id is null)
        or (t.captured_at is not null and (s.status <> 'completed' or s.transaction_id <> t.id))
        or (t.state = 'paid_out') <> coalesce(p.state = 'final', false)
        or (t.state in ('authorizing', 'authorized', 'capturing', 'voiding') and s.status <> 'pending')
        or p.amount <> t.payout_amount or p.id <> t.payout_id
        or (p.asset, p.network, p.address) is distinct from (
          case when p.id is not null then t.payout_currency end, case when p.id is not null then t.payout_network end,
          case when p.id is not null then t.payout_address end)`,
  },
  {
    name: 'I7 what is promised of the treasury',
    find: `select 'inventory ' || asset || ': ' || promised || ', reservations ' || coalesce(due, 0) what
      from inventory i left join (
        select livemode, network, asset, sum(amount) due from inventory_reservation where state = 'reserved'
        group by 1, 2, 3) r using (livemode, network, asset)
      where promised <> coalesce(due, 0)`,
  },
  {
    name: 'I7 a promise stands as long as its charge does',
    find: `select t.merchant_id || ' ' || t.state || ', reservation ' || coalesce(r.state, 'none') what from transaction t
      left join inventory_reservation r
        on r.merchant_id = t.merchant_id and r.livemode = t.livemode and r.transaction_id = t.id
      where not case t.state
        when 'paid_out' then coalesce(r.state = 'consumed' and r.amount = t.payout_amount, false)
        when 'capturing' then coalesce(r.state = 'reserved', false)
        when 'captured' then coalesce(r.state = 'reserved' and r.amount = t.payout_amount, false)
        when 'declined' then r.state is null or r.state = 'released'
        when 'voided' then r.state is null or r.state = 'released'
        when 'refunded' then true
        else r.state is null or r.state = 'wanted' end`,
  },
  {
    name: 'I5 a quote is used by its charge or by none',
    find: `select t.merchant_id || ' ' || t.state || ', quotes bound ' || q.bound || ', used ' || q.used what
      from transaction t cross join lateral (
        select count(*) filter (where state = 'bound') bound, count(*) filter (where state = 'used') used
        from quote q where q.merchant_id = t.merchant_id and q.livemode = t.livemode and q.transaction_id = t.id) q
      where (t.state in ('capturing', 'captured', 'paid_out') and (q.bound <> 0 or q.used <> 1))
        or (t.state in ('declined', 'voided') and q.bound <> 0) or q.used > 1 or q.bound > 1`,
  },
  {
    name: 'I8 no more is given back than was captured',
    find: `select t.merchant_id || ' ' || t.id what from transaction t
      where t.amount_refunded > case when t.captured_at is null then 0 else t.amount end
        or t.amount < (
          select coalesce(-sum(p.amount), 0) from journal j join posting p
            on p.merchant_id = j.merchant_id and p.livemode = j.livemode and p.journal_id = j.id
          where j.merchant_id = t.merchant_id and j.livemode = t.livemode and j.key like 'refund:' || t.id || ':%'
            and p.account = 'acquirer_receivable')`,
  },
  {
    name: 'I10 one nonce is one batch, and of its versions one at most is neither sent nor refused',
    find: `select b.id || ' has ' || count(*) || ' unsent versions' what from payout_batch b
      join chain_tx x on x.livemode = b.livemode and x.batch_id = b.id
      where x.broadcast_at is null and x.refused_at is null group by b.id having count(*) > 1
      union all
      select b.id || ' gave no nonce' from payout_batch b
      join treasury_wallet w on (w.livemode, w.network, w.address) = (b.livemode, b.network, b.wallet_address)
      where b.nonce >= w.next_nonce`,
  },
  {
    name: 'I13 each move that a merchant sees has one event',
    find: `with due as (
        select merchant_id, livemode, id object_id, 'checkout.completed' type, 1 n from transaction
          where captured_at is not null
        union all
        select merchant_id, livemode, id, 'checkout.failed', 1 from transaction where state in ('declined', 'voided')
        union all
        select merchant_id, livemode, id, 'checkout.expired', 1 from checkout_session where status = 'expired'
        union all
        select l.merchant_id, l.livemode, l.payout_id, 'payout.sent', count(*) from batch_payment l
          join payout_batch b on b.livemode = l.livemode and b.id = l.batch_id where b.sent_at is not null group by 1, 2, 3
        union all
        select merchant_id, livemode, id, 'payout.completed', 1 from payout where state = 'final'
        union all
        select merchant_id, livemode, id, 'payout.failed', 1 from payout where state = 'failed'),
      told as (
        select merchant_id, livemode, object_id, type, count(*) n from event
        where type in ('checkout.completed', 'checkout.failed', 'checkout.expired', 'payout.sent', 'payout.completed',
          'payout.failed') group by 1, 2, 3, 4)
      select coalesce(d.merchant_id, t.merchant_id) || ' ' || type || ': due ' || coalesce(d.n, 0) || ', told '
        || coalesce(t.n, 0) what
      from due d full join told t using (merchant_id, livemode, object_id, type)
      where coalesce(d.n, 0) <> coalesce(t.n, 0)`,
  },
  {
    name: 'I14 one token is one attempt, one key is one session',
    find: `select merchant_id || ' ' || checkout_session_id what from transaction
      group by merchant_id, livemode, checkout_session_id, card_token_hash having count(*) > 1
      union all
      select i.merchant_id || ' ' || i.key from idempotency_key i left join checkout_session s
        on s.merchant_id = i.merchant_id and s.livemode = i.livemode and s.id = i.object_id
      where i.object_id is not null and s.id is null`,
  },
  {
    name: 'I14 a session has one live charge',
    find: `select merchant_id || ' ' || checkout_session_id what from transaction
      where state not in ('declined', 'voided') group by merchant_id, livemode, checkout_session_id having count(*) > 1`,
  },
]
