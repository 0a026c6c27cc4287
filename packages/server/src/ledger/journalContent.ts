import { createHash } from 'node:crypto'
import type { Tenant } from '../lib/tenant.ts'

/** All that a journal says. */
export type JournalContent = Tenant & {
  readonly id: string
  readonly key: string
  /** Microseconds since 1970, as PostgreSQL keeps them. */
  readonly created_us: bigint
  /** Number, account, asset, amount in minor units; in the order of their numbers. */
  readonly lines: readonly (readonly [line: number, account: string, asset: string, amount: string])[]
}

/** Before the first journal of a chain. */
export const NO_HASH = Buffer.alloc(32)

/**
 * The bytes that a seal vouches for. The same text as the database's `journal_content`, made without it, so that whoever
 * changes that function changes no verdict.
 */
export function journalContent(journal: JournalContent): string {
  const { merchant_id, livemode, id, key, created_us, lines } = journal
  return JSON.stringify([merchant_id, livemode, id, key, created_us.toString(), lines])
}

/** SHA-256 of the hash before and the journal's content. */
export function sealHash(previous: Buffer, journal: JournalContent): Buffer {
  return createHash('sha256').update(previous).update(journalContent(journal)).digest()
}
