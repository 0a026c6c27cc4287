import type { Sql } from '../db/sql.ts'
import type { Tenant } from '../lib/tenant.ts'
import type { Mismatch } from './invariantsStore.ts'
import { type Head, hashAt } from './sealStore.ts'

/** The head of a chain as an operator keeps it, away from the database. */
export type KeptHead = Tenant & { readonly head: Head }

/** `mer_…:<sequence>:<hash in hex>` */
export function formatHead({ merchant_id, head }: KeptHead): string {
  return `${merchant_id}:${head.sequence}:${head.hash.toString('hex')}`
}

/** Reads what `formatHead` wrote. Null for anything else. */
export function parseHead(text: string, livemode: boolean): KeptHead | null {
  const [, merchant_id, sequence, hash] = /^(\w+):([1-9]\d{0,17}):([0-9a-f]{64})$/.exec(text) ?? []
  if (merchant_id === undefined || sequence === undefined || hash === undefined) return null
  return { merchant_id, livemode, head: { sequence: BigInt(sequence), hash: Buffer.from(hash, 'hex') } }
}

/**
 * Says which kept heads are no longer in their chains. It is what nobody can make fit who has only the database: the chain
 * was written anew, or the database is older than the head.
 */
export async function lostHeads(sql: Sql, kept: readonly KeptHead[]): Promise<Mismatch[]> {
  const lost: Mismatch[] = []
  for (const { merchant_id, livemode, head } of kept) {
    const found = await hashAt(sql, { merchant_id, livemode }, head.sequence)
    if (found?.equals(head.hash)) continue
    const detail = found
      ? 'the chain was written anew: it has another hash here'
      : 'the chain is not that long: this database is older, or the chain was written anew'
    lost.push({ subject: `head ${head.sequence}`, merchant_id, livemode, detail })
  }
  return lost
}
