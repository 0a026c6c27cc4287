import { type Db, inTransaction } from '../db/sql.ts'

// Any constant: it keeps two folders from making two rows of one hour, which would be right but not short.
const LOCK = 7_254_310_202

/**
 * Takes up to `limit` new rows of list_count and adds them to their hours and months; what sums to 0 vanishes. One
 * statement: whoever reads meanwhile sees the figures before it or after it, and they are the same sums.
 * Returns how many rows were taken; 0 as well when someone else is folding.
 */
export async function foldCounts(db: Db, limit: number): Promise<number> {
  return await inTransaction(db, async (tx) => {
    const { rows } = await tx.query<{ mine: boolean }>('select pg_try_advisory_xact_lock($1) mine', [LOCK])
    if (rows[0]?.mine !== true) return 0
    const { rows: taken } = await tx.query<{ n: number }>(FOLD, [limit])
    return taken[0]?.n ?? 0
  })
}

const GROUP = 'merchant_id, livemode, list, word, hour, grain'

const FOLD = `with taken as (
    delete from list_count where ctid = any (array(
      select ctid from list_count where grain = 'new' order by merchant_id, livemode, list, hour limit $1))
    returning merchant_id, livemode, list, word, hour, n),
  added as (
    select merchant_id, livemode, list, word, hour, 'hour' grain, sum(n) n from taken group by ${GROUP}
    union all
    select merchant_id, livemode, list, word, date_trunc('month', hour, 'UTC'), 'month', sum(n) from taken
    group by merchant_id, livemode, list, word, date_trunc('month', hour, 'UTC')),
  changed as (select * from added where n <> 0),
  replaced as (
    delete from list_count c using changed d
    where c.merchant_id = d.merchant_id and c.livemode = d.livemode and c.list = d.list and c.grain = d.grain
      and c.hour = d.hour and c.word = d.word and c.grain <> 'new'
    returning c.merchant_id, c.livemode, c.list, c.word, c.hour, c.grain, c.n),
  folded as (
    insert into list_count (merchant_id, livemode, list, word, hour, grain, n)
    select ${GROUP}, sum(n) from (
      select ${GROUP}, n from changed union all select ${GROUP}, n from replaced) f
    group by ${GROUP} having sum(n) <> 0)
  select count(*)::int n from taken`
