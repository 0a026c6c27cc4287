import type { Acquirer, PaymentSnapshot } from '../../adapters/acquirer.ts'
import type { Db } from '../../db/sql.ts'
import { ProviderError } from '../../lib/errors.ts'
import { isId } from '../../lib/ids.ts'
import type { TransactionState } from '../../transactions/transaction.ts'
import type { Finding, Kind } from './finding.ts'
import { inParallel } from './inParallel.ts'
import { type PaymentRecord, type Span, paymentsByRef, paymentsOf } from './store.ts'

const CAPTURED: ReadonlySet<TransactionState> = new Set(['captured', 'paid_out', 'refunded'])
const GIVEN_UP: ReadonlySet<TransactionState> = new Set(['voided', 'declined'])

/** Compares the acquirer's own book with the transactions, both ways. `payments`: how many it has. */
export async function acquirerFindings(
  db: Db,
  acquirer: Acquirer,
  span: Span,
): Promise<{ findings: Finding[]; payments: number; transactions: number }> {
  // The book before the database: what it has by then was recorded here before it was asked for.
  const snapshots = await readBook(acquirer, span.since)
  const payments = snapshots.size
  const records = await paymentsOf(db, span, acquirer.id)
  const references = [...snapshots.values()].map((one) => one?.reference ?? '')
  const others = await paymentsByRef(db, span.livemode, acquirer.id, [...snapshots.keys()], references)
  const known = new Map([...records, ...others].map((one) => [one.id, one]))
  const findings: Finding[] = []
  await inParallel(known.values(), async (record) => {
    const { acquirer_ref: ref } = record
    // One that no event of the span told of: older, or not in its book at all.
    if (ref !== null && !snapshots.has(ref)) snapshots.set(ref, await retrieve(acquirer, ref))
    findings.push(...judge(record, ref === null ? null : (snapshots.get(ref) ?? null)))
  })
  const named = new Set([...known.values()].map(({ acquirer_ref }) => acquirer_ref))
  for (const snapshot of snapshots.values())
    if (snapshot && !named.has(snapshot.ref))
      findings.push(...judgeUnknown(snapshot, known.get(snapshot.reference)))
  return { findings, payments, transactions: known.size }
}

async function readBook(
  acquirer: Acquirer,
  since: Date | null,
): Promise<Map<string, PaymentSnapshot | null>> {
  const events = await acquirer.listEvents(null)
  const told = since ? events.filter(({ occurred_at }) => new Date(occurred_at) >= since) : events
  const book = new Map<string, PaymentSnapshot | null>()
  await inParallel(new Set(told.map(({ payment_ref }) => payment_ref)), async (ref) => {
    book.set(ref, await retrieve(acquirer, ref))
  })
  return book
}

/** Null: the acquirer does not know it. */
async function retrieve(acquirer: Acquirer, ref: string): Promise<PaymentSnapshot | null> {
  try {
    return await acquirer.retrieve(ref)
  } catch (error) {
    if (error instanceof ProviderError && error.kind === 'refused') return null
    throw error
  }
}

function judge(record: PaymentRecord, there: PaymentSnapshot | null): Finding[] {
  const { id, state, amount, currency, amount_refunded } = record
  const findings: Finding[] = []
  const say = (kind: Kind, expected: unknown, found: unknown) =>
    findings.push({ kind, object: id, expected: String(expected), found: String(found) })
  const is_captured = CAPTURED.has(state)
  if (!there) {
    if (is_captured) say('capture_missing', `${amount} captured`, 'no such payment')
    return findings
  }
  if (there.reference !== id) say('reference_differs', id, there.reference)
  if (there.amount.asset !== currency) say('currency_differs', currency, there.amount.asset)
  if (there.amount.amount !== amount) say('amount_differs', amount, there.amount.amount)
  if (is_captured && there.captured === 0n) say('capture_missing', `${amount} captured`, there.state)
  else if (is_captured && there.captured !== amount) say('captured_amount_differs', amount, there.captured)
  // While it is `capturing` both are right.
  if (!is_captured && state !== 'capturing' && there.captured > 0n)
    say('capture_not_recorded', state, `${there.captured} captured`)
  if (there.refunded > amount_refunded) say('refund_not_recorded', amount_refunded, there.refunded)
  if (there.refunded < amount_refunded) say('refund_missing', amount_refunded, there.refunded)
  if (GIVEN_UP.has(state) && there.state === 'authorized') say('void_missing', state, there.state)
  return findings
}

/** A payment that no transaction names as its own. */
function judgeUnknown(there: PaymentSnapshot, by_reference: PaymentRecord | undefined): Finding[] {
  const { ref, reference, captured } = there
  // Without a reference of ours it is somebody else's, at the same acquirer.
  if (!isId('transaction', reference)) return []
  const object = `${ref} for ${reference}`
  const found = `${captured} captured`
  if (captured === 0n) {
    if (there.state !== 'authorized' || by_reference) return []
    return [{ kind: 'authorization_unknown', object, expected: 'a transaction', found: 'none' }]
  }
  if (!by_reference) return [{ kind: 'capture_unknown', object, expected: 'a transaction', found }]
  if (by_reference.acquirer_ref === null)
    return [{ kind: 'capture_not_recorded', object, expected: by_reference.state, found }]
  return [{ kind: 'charged_twice', object, expected: `only ${by_reference.acquirer_ref}`, found }]
}
