import type { Db } from '../../packages/server/src/db/sql.ts'
import { sealTenant } from '../../packages/server/src/ledger/sealJournals.ts'
import { verifyChain } from '../../packages/server/src/ledger/verifyChain.ts'
import { publishEvents } from '../../packages/server/src/webhooks/deliveries/publishEvents.ts'

/**
 * Seals what these merchants have booked and publishes what they are to be told. Then (I4) their hash chains hold, and
 * (I13) their events are numbered from 1 without a gap. Empty: both do.
 */
export async function checkChains(db: Db, merchants: readonly string[]): Promise<string[]> {
  const broken: string[] = []
  for (const merchant_id of merchants) {
    const tenant = { merchant_id, livemode: false }
    await sealTenant(db, tenant)
    const { breaks } = await verifyChain(db, tenant)
    broken.push(...breaks.map(({ detail }) => `I4 ${merchant_id}: ${detail}`))
    await publishEvents({ db }, tenant)
  }
  const { rows } = await db.query<{ merchant_id: string }>(
    `select merchant_id from event where merchant_id = any ($1) group by merchant_id, livemode
     having count(*) <> count(sequence) or count(*) <> max(sequence) or count(*) <> count(distinct sequence)`,
    [merchants],
  )
  return [...broken, ...rows.map(({ merchant_id }) => `I13 ${merchant_id}: a number is missing`)]
}
