import { createHash } from 'node:crypto'
import { type Db, type Tx, inTransaction, isDbError, LOCK_NOT_AVAILABLE } from '../db/sql.ts'
import { SkiroError } from '../lib/errors.ts'
import type { KeyRing } from '../lib/keyRing.ts'
import { open, seal } from '../lib/seal.ts'
import { sameDigest } from '../lib/secrets.ts'
import type { Tenant } from '../lib/tenant.ts'
import { type KeptAnswer, type KeyRef, claimKey, findAnswer, keepAnswer } from './idempotencyStore.ts'

const TWIN_WAIT_MS = 2000

/** A request that may be sent twice. */
export type Attempt = {
  readonly tenant: Tenant
  /** Method and path pattern: the same key on another route is another key. */
  readonly route: string
  /** The Idempotency-Key. Null: the work is simply done. */
  readonly key: string | null
  /** What the request says, ids of the path included, after parsing: what means the same is the same. */
  readonly says: unknown
}

/** What is answered. `text` is the JSON as it was first sent, to the byte. */
export type Answer = { readonly status: number; readonly text: string; readonly replayed: boolean }

export type Effect = { readonly status: number; readonly body: object }

/**
 * Does `work` once per key, however often and at once it is asked (draft-ietf-httpapi-idempotency-key-header). Key,
 * effect and answer are one transaction: after a crash there are all or none, and a retry begins afresh. What `work`
 * refuses by throwing is not kept. Answers are kept sealed, because some show a secret that is shown once.
 * @param work does everything through `tx`: what it did elsewhere would stay when the transaction is rolled back
 * @throws SkiroError idempotency_key_reused; idempotency_in_flight when a twin is not done after two seconds
 */
export async function idempotent(
  ctx: { readonly db: Db; readonly config: { readonly key_encryption_keys: KeyRing } },
  attempt: Attempt,
  work: (tx: Tx) => Promise<Effect>,
): Promise<Answer> {
  const { key, route, says } = attempt
  return await inTransaction(ctx.db, async (tx) => {
    if (key === null) return toAnswer(await work(tx))
    const { merchant_id, livemode } = attempt.tenant
    const ref = { merchant_id, livemode, route, key }
    const fingerprint = fingerprintOf(says)
    const keys = ctx.config.key_encryption_keys
    if (!(await claim(tx, ref, fingerprint))) {
      const first = await findAnswer(tx, ref)
      // Taken a moment ago and gone now: its 24 hours ended in between.
      if (!first) throw new SkiroError('idempotency_in_flight')
      return repeat(first, fingerprint, keys, ref)
    }
    const answer = toAnswer(await work(tx))
    await keepAnswer(tx, ref, answer.status, seal(answer.text, keys, sealContext(ref)))
    return answer
  })
}

/** The answer that was kept for the key, or null. Claims nothing. @throws SkiroError idempotency_key_reused */
export async function keptAnswer(
  ctx: Parameters<typeof idempotent>[0],
  { tenant, route, key, says }: Attempt,
): Promise<Answer | null> {
  if (key === null) return null
  const ref = { merchant_id: tenant.merchant_id, livemode: tenant.livemode, route, key }
  const first = await findAnswer(ctx.db, ref)
  return first && repeat(first, fingerprintOf(says), ctx.config.key_encryption_keys, ref)
}

function repeat(first: KeptAnswer, fingerprint: Buffer, keys: KeyRing, ref: KeyRef): Answer {
  if (!sameDigest(first.fingerprint, fingerprint))
    throw new SkiroError('idempotency_key_reused', { param: 'Idempotency-Key' })
  return { status: first.status, text: open(first.answer_sealed, keys, sealContext(ref)), replayed: true }
}

const fingerprintOf = (says: unknown) => createHash('sha256').update(canonical(says)).digest()

async function claim(tx: Tx, ref: KeyRef, fingerprint: Buffer): Promise<boolean> {
  try {
    return await claimKey(tx, ref, fingerprint, TWIN_WAIT_MS)
  } catch (error) {
    if (isDbError(error, LOCK_NOT_AVAILABLE)) throw new SkiroError('idempotency_in_flight', { cause: error })
    throw error
  }
}

function toAnswer({ status, body }: Effect): Answer {
  return { status, text: JSON.stringify(body), replayed: false }
}

/** What a kept answer is bound to: moved to another row, it does not open. */
export function sealContext({ merchant_id, livemode, route, key }: KeyRef): string {
  return `idempotency_key:${merchant_id}:${livemode}:${route}:${key}:answer`
}

/** JSON that does not depend on the order of keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}
