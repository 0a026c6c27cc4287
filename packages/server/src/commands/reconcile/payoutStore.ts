import type { Sql } from '../../db/sql.ts'
import type { Finding, Kind } from './finding.ts'

const MOST = 'limit 100'

type Question = { readonly kind: Kind; readonly text: string }

/** What must hold between payouts, transactions, batches, inventory and ledger: rows that break it, of one mode. */
const QUESTIONS: readonly Question[] = [
  {
    kind: 'payout_missing',
    text: `select t.id object, 'a payout' expected, 'none' found from transaction t
      where t.livemode = $1 and t.captured_at is not null and not exists (
        select from payout p where p.merchant_id = t.merchant_id and p.livemode = t.livemode and p.transaction_id = t.id)`,
  },
  {
    kind: 'payout_differs',
    text: `select p.id object, t.payout_amount || ' ' || t.payout_currency || ' to ' || t.payout_address expected,
        p.amount || ' ' || p.asset || ' to ' || p.address found
      from payout p join transaction t
        on t.merchant_id = p.merchant_id and t.livemode = p.livemode and t.id = p.transaction_id
      where p.livemode = $1 and (p.amount, p.asset, p.network, p.address)
        is distinct from (t.payout_amount, t.payout_currency, t.payout_network, t.payout_address)`,
  },
  {
    kind: 'payout_state_wrong',
    text: `select p.id object, case when b.state = 'final' then 'paid or failed, as its line in ' else b.state || ', as ' end
          || b.id expected, p.state found
      from payout p join payout_batch b on b.livemode = p.livemode and b.id = p.batch_id
      left join batch_payment l on l.livemode = p.livemode and l.batch_id = b.id and l.payout_id = p.id
        and l.merchant_id = p.merchant_id
      where p.livemode = $1 and p.state is distinct from case
        when b.state = 'final' then case l.outcome when 'paid' then 'final' when 'failed' then 'failed' end
        when b.state = 'mined' and p.state = 'broadcast' then p.state
        else b.state end`,
  },
  {
    kind: 'payout_not_booked',
    text: `select p.id object, 'the journal final:' || p.id || ':' || p.batch_id expected, 'none' found from payout p
      where p.livemode = $1 and p.state = 'final' and not exists (
        select from journal j where j.merchant_id = p.merchant_id and j.livemode = p.livemode
          and j.key in ('final:' || p.id || ':' || p.batch_id, 'final:' || p.id))`,
  },
  {
    kind: 'payout_booked_twice',
    text: `select split_part(key, ':', 2) object, 'one journal' expected, string_agg(key, ', ' order by key) found
      from journal where livemode = $1 and key like 'final:%'
      group by merchant_id, split_part(key, ':', 2) having count(*) > 1`,
  },
  {
    kind: 'inventory_wrong',
    text: `select i.asset || ' on ' || i.network object, coalesce(r.amount, 0) || ' reserved' expected,
        i.promised || ' promised' found
      from inventory i left join (
        select livemode, network, asset, sum(amount) amount from inventory_reservation where state = 'reserved'
        group by 1, 2, 3) r using (livemode, network, asset)
      where i.livemode = $1 and i.promised <> coalesce(r.amount, 0)`,
  },
]

/** Asks all of them. At most 100 rows of each kind. */
export async function payoutFindings(sql: Sql, livemode: boolean): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const { kind, text } of QUESTIONS) {
    const { rows } = await sql.query<Omit<Finding, 'kind'>>(`${text} ${MOST}`, [livemode])
    findings.push(...rows.map((row) => ({ kind, ...row })))
  }
  return findings
}
