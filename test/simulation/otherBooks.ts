import type { Db } from '../../packages/server/src/db/sql.ts'
import type { Crypto } from '../../packages/server/src/lib/money.ts'
import type { World } from './world.ts'

/** I11: what left the wallets is what the ledger says, and nothing is in flight any more. I12: nothing is under way. */
export async function otherBooks(db: Db, { chains }: World, merchants: readonly string[]): Promise<string[]> {
  const wallets = await Promise.all(chains.map((chain) => chain.walletAddress()))
  const { rows } = await db.query<{ account: string; asset: Crypto; amount: bigint }>(
    `select account, asset, sum(amount) amount from (
       select account, asset, amount from posting
       where merchant_id = any ($1) and account in ('hot_wallet', 'payout_in_flight')
       union all
       select p.account, p.asset, p.amount from payout_batch b
       join journal j on j.merchant_id = 'platform' and j.livemode = b.livemode and j.key = 'gas:' || b.id
       join posting p on p.merchant_id = j.merchant_id and p.livemode = j.livemode and p.journal_id = j.id
       where b.wallet_address = any ($2) and p.account = 'hot_wallet') x
     group by account, asset`,
    [merchants, wallets],
  )
  const problems: string[] = []
  const booked = (of: string, asset: Crypto) =>
    rows.find((row) => row.account === of && row.asset === asset)?.amount ?? 0n
  for (const chain of chains) {
    const left = chain.left()
    for (const asset of new Set([...chain.assets, chain.fee_coin as Crypto])) {
      const [gone, says, in_flight] = [
        left.get(asset) ?? 0n,
        -booked('hot_wallet', asset),
        booked('payout_in_flight', asset),
      ]
      if (gone !== says) problems.push(`${gone} ${asset} left the wallet, the ledger says ${says}`)
      if (in_flight !== 0n) problems.push(`in flight: ${in_flight} ${asset}`)
    }
  }
  const { rows: open } = await db.query<{ id: string; state: string }>(
    `select id, state from payout_batch where wallet_address = any ($1) and state not in ('final', 'cancelled')`,
    [wallets],
  )
  return [...problems, ...open.map(({ state }) => `a batch is still ${state}`)]
}

/** I9: each charge in the acquirer's book is one of ours, of our amount, and captured when we say so; one per session. */
export async function otherCharges(
  db: Db,
  { acquirer }: World,
  merchants: readonly string[],
): Promise<string[]> {
  const { rows } = await db.query<{
    id: string
    checkout_session_id: string
    amount: bigint
    currency: string
    is_captured: boolean
    is_over: boolean
  }>(
    `select id, checkout_session_id, amount, currency, captured_at is not null is_captured,
       state in ('declined', 'voided') is_over
     from transaction where merchant_id = any ($1)`,
    [merchants],
  )
  const problems: string[] = []
  const charged = new Set<string>()
  for (const { ref, reference, amount, captured, state } of acquirer.book.values()) {
    const row = rows.find(({ id }) => id === reference)
    if (!row) {
      problems.push(`the acquirer has ${ref} of nobody`)
      continue
    }
    if (amount.amount !== row.amount || amount.asset !== row.currency)
      problems.push(`${ref}: another amount than ours`)
    if (captured > 0n !== row.is_captured)
      problems.push(`${ref}: captured ${captured}, ours is captured: ${row.is_captured}`)
    if (row.is_over && state === 'authorized') problems.push(`${ref}: the card's money is still reserved`)
    if (captured > 0n && charged.has(row.checkout_session_id)) problems.push(`${ref}: a second charge`)
    if (captured > 0n) charged.add(row.checkout_session_id)
  }
  return problems
}

/** Of each batch that merchants were told was sent, some network has taken a version. At any moment. */
export async function neverSent(db: Db, { chains }: World): Promise<string[]> {
  const wallets = await Promise.all(chains.map((chain) => chain.walletAddress()))
  const { rows } = await db.query<{ hashes: string[] }>(
    `select array_agg(x.hash) hashes from payout_batch b
     join chain_tx x on x.livemode = b.livemode and x.batch_id = b.id and x.hash is not null
     where b.wallet_address = any ($1) and b.sent_at is not null group by b.id`,
    [wallets],
  )
  return rows.flatMap(({ hashes }) =>
    hashes.some((hash) => chains.some(({ taken }) => taken.has(hash)))
      ? []
      : ['it says that it sent what no network has taken'],
  )
}
