import {
  checkVersion,
  type Counted,
  otherAmount,
  type SignedOrder,
  type SigningEntry,
  type SigningJournal,
  slotTaken,
} from '../adapters/signers/shared/journal.ts'
import { checkWindows, type SigningPolicy, type Used } from '../adapters/signers/shared/policy.ts'
import { type Db, inTransaction, maybeOne, one, type Sql, type Tx } from '../db/sql.ts'
import { stopReason } from './stopStore.ts'

/** What was signed, in the gateway's own database: for a signer inside the gateway. Windows by the database's clock. */
export function createDatabaseJournal(db: Db, livemode: boolean): SigningJournal {
  return {
    stopped: () => stopReason(db, livemode),
    async checkRoom(order_id, adding, policy) {
      if (!(await findOrder(db, livemode, order_id))) await checkRoom(db, livemode, policy, adding)
    },
    claim: (entry, policy) => inTransaction(db, (tx) => claim(tx, livemode, entry, policy)),
  }
}

async function claim(tx: Tx, livemode: boolean, entry: SigningEntry, policy: SigningPolicy): Promise<void> {
  // One at a time: two that look at the same remainder would both take it.
  await tx.query(`select pg_advisory_xact_lock(hashtext('skiro signing'), $1::boolean::int)`, [livemode])
  const before = await findOrder(tx, livemode, entry.order_id)
  if (before) checkVersion(before, entry)
  else await insertOrder(tx, livemode, entry)
  await claimCoins(tx, livemode, entry)
  if (!before && entry.paid) await count(tx, livemode, policy, entry.paid)
  const more = entry.fee.amount - (before?.fee ?? 0n)
  if (more <= 0n) return
  await count(tx, livemode, policy, { count: entry.fee.count, amount: more })
  await tx.query('update signing set fee = $3 where livemode = $1 and order_id = $2', [
    livemode,
    entry.order_id,
    entry.fee.amount,
  ])
}

async function findOrder(sql: Sql, livemode: boolean, order_id: string): Promise<SignedOrder | null> {
  return await maybeOne<SignedOrder>(
    sql,
    'select network, wallet, payments, anchor, fee from signing where livemode = $1 and order_id = $2',
    [livemode, order_id],
  )
}

/** @throws SigningRefused when a coin was said to hold another amount before */
async function claimCoins(tx: Tx, livemode: boolean, entry: SigningEntry): Promise<void> {
  const { network, coins } = entry
  if (coins.length === 0) return
  const [slots, amounts] = [coins.map(({ slot }) => slot), coins.map(({ amount }) => amount)]
  await tx.query(
    `insert into signing_coin (livemode, network, slot, amount)
     select $1, $2, c.slot, c.amount from unnest($3::text[], $4::numeric[]) c (slot, amount) order by c.slot
     on conflict do nothing`,
    [livemode, network, slots, amounts],
  )
  const { rows } = await tx.query<{ slot: string }>(
    `select s.slot from signing_coin s join unnest($3::text[], $4::numeric[]) c (slot, amount)
       on c.slot = s.slot and c.amount <> s.amount
     where s.livemode = $1 and s.network = $2 limit 1`,
    [livemode, network, slots, amounts],
  )
  if (rows[0]) throw otherAmount(entry, rows[0].slot)
}

/** @throws SigningRefused when one of its slots is another order's */
async function insertOrder(tx: Tx, livemode: boolean, entry: SigningEntry): Promise<void> {
  const { order_id, network, wallet, payments, slots, paid } = entry
  const { rows } = await tx.query<{ order_id: string }>(
    'select order_id from signing where livemode = $1 and network = $2 and wallet = $3 and anchor = any($4)',
    [livemode, network, wallet, slots],
  )
  if (rows[0]) throw slotTaken(entry, rows[0].order_id)
  await tx.query(
    `insert into signing (livemode, order_id, network, wallet, payments, anchor, count, amount, fee)
     values ($1, $2, $3, $4, $5, $6, $7, $8, 0)`,
    [livemode, order_id, network, wallet, payments, slots[0], paid?.count ?? null, paid?.amount ?? 0n],
  )
}

/** @throws SigningRefused when it does not fit into the hour or the day */
async function checkRoom(sql: Sql, livemode: boolean, policy: SigningPolicy, adding: Counted): Promise<void> {
  const used = await one<Used>(
    sql,
    `select coalesce(sum(amount) filter (where minute > now() - interval '1 hour'), 0) as hour,
       coalesce(sum(amount), 0) as day
     from signing_total where livemode = $1 and count = $2 and minute > now() - interval '1 day'`,
    [livemode, adding.count],
  )
  checkWindows(policy, adding.count, used, adding.amount)
}

/** @throws SigningRefused when it does not fit */
async function count(tx: Tx, livemode: boolean, policy: SigningPolicy, adding: Counted): Promise<void> {
  await checkRoom(tx, livemode, policy, adding)
  await tx.query(
    `insert into signing_total (livemode, count, minute, amount)
     values ($1, $2, date_trunc('minute', now()) + interval '1 minute', $3)
     on conflict (livemode, count, minute) do update set amount = signing_total.amount + excluded.amount`,
    [livemode, adding.count, adding.amount],
  )
}
