import type { Sql } from '../db/sql.ts'
import type { Tenant } from '../lib/tenant.ts'
import { NO_HASH, sealHash } from './journalContent.ts'
import { type Head, readHead, readSeals, strayJournals } from './sealStore.ts'

const GROUP = 1000

/** Something in a chain that is not as it was sealed. */
export type Break = { readonly journal_id: string | null; readonly detail: string }

export type Chain = Tenant & {
  readonly head: Head
  readonly breaks: readonly Break[]
}

/**
 * Walks the chain of one merchant from its beginning and computes every hash anew. Finds journals that were changed,
 * removed or slipped in, and seals that are missing. Whoever can rewrite all of it, the head included, is found only by
 * comparing the head with one that was written down elsewhere.
 */
export async function verifyChain(sql: Sql, tenant: Tenant): Promise<Chain> {
  // Read first: what is sealed while we walk is not missing.
  const head = (await readHead(sql, tenant)) ?? { sequence: 0n, hash: NO_HASH }
  const breaks: Break[] = []
  let last: Head = { sequence: 0n, hash: NO_HASH }
  for (let group = await readSeals(sql, tenant, 0n, GROUP); group.length > 0; ) {
    for (const { sequence, journal_id, hash, content } of group) {
      if (sequence > head.sequence) break
      const is_next = sequence === last.sequence + 1n
      if (!is_next) breaks.push(gap(last.sequence + 1n, sequence - 1n))
      if (!content) breaks.push({ journal_id, detail: `journal ${journal_id} is gone` })
      // After a gap nobody knows the hash before.
      else if (is_next && !sealHash(last.hash, content).equals(hash))
        breaks.push({ journal_id, detail: `journal ${journal_id} is not as it was sealed` })
      last = { sequence, hash }
    }
    if (last.sequence >= head.sequence || group.length < GROUP) break
    group = await readSeals(sql, tenant, last.sequence, GROUP)
  }
  if (last.sequence < head.sequence) breaks.push(gap(last.sequence + 1n, head.sequence))
  else if (!last.hash.equals(head.hash))
    breaks.push({ journal_id: null, detail: 'the head of the chain is another one than its last seal' })
  for (const journal_id of await strayJournals(sql, tenant))
    breaks.push({
      journal_id,
      detail: `journal ${journal_id} was slipped in: it has no seal and waits for none`,
    })
  return { ...tenant, head, breaks }
}

function gap(first: bigint, last: bigint): Break {
  const seals = first === last ? `seal ${first} is` : `seals ${first} to ${last} are`
  return { journal_id: null, detail: `${seals} missing` }
}
