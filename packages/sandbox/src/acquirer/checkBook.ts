import type { Entry, Payment, PaymentStatus } from './model.ts'

export type Verdict = { readonly ok: boolean; readonly problems: readonly string[] }

type Sums = Record<Entry['type'], number> & { authorizations: number; currencies: Set<string> }

const NEVER_AUTHORIZED: readonly PaymentStatus[] = [
  'requires_method',
  'requires_action',
  'processing',
  'failed',
]

function sumEntries(entries: readonly Entry[]): Map<string, Sums> {
  const byPayment = new Map<string, Sums>()
  for (const entry of entries) {
    const sums = byPayment.get(entry.payment_id) ?? {
      authorize: 0,
      capture: 0,
      void: 0,
      refund: 0,
      authorizations: 0,
      currencies: new Set<string>(),
    }
    sums[entry.type] += entry.amount_minor
    if (entry.type === 'authorize') sums.authorizations += 1
    sums.currencies.add(entry.currency)
    byPayment.set(entry.payment_id, sums)
  }
  return byPayment
}

function problemsOf(payment: Payment, sums: Sums): string[] {
  const held = sums.authorize - sums.capture - sums.void
  const refunded = payment.refunds.reduce((total, refund) => total + refund.amount_minor, 0)
  const isHeld = payment.status === 'authorized'
  const rules: [boolean, string][] = [
    [sums.authorizations <= 1, `authorized ${sums.authorizations} times`],
    [sums.authorize <= payment.amount_minor, 'authorized more than its amount'],
    [sums.capture + sums.void <= sums.authorize, 'captured and voided more than was authorized'],
    [sums.refund <= sums.capture, 'refunded more than was captured'],
    [sums.authorize === payment.authorized_minor, 'authorized_minor is not the sum of its entries'],
    [sums.capture === payment.captured_minor, 'captured_minor is not the sum of its entries'],
    [sums.refund === payment.refunded_minor, 'refunded_minor is not the sum of its entries'],
    [refunded === payment.refunded_minor, 'refunded_minor is not the sum of its refunds'],
    [held === (isHeld ? payment.amount_minor : 0), `holds ${held} while ${payment.status}`],
    [[...sums.currencies].every((code) => code === payment.currency), 'has entries in another currency'],
    [
      !NEVER_AUTHORIZED.includes(payment.status) || sums.authorizations === 0,
      `was authorized, yet is ${payment.status}`,
    ],
    [payment.status !== 'captured' || sums.capture === payment.amount_minor, 'is captured, yet not in full'],
    [payment.status !== 'partially_captured' || sums.capture > 0, 'is partially_captured without a capture'],
  ]
  return rules.filter(([holds]) => !holds).map(([, problem]) => `${payment.id}: ${problem}`)
}

/**
 * Recomputes every payment from the entries alone and compares. Problems are sentences for a person; an empty list
 * means that no money was moved twice, too much, or without an entry.
 */
export function checkBook(book: { payments: readonly Payment[]; entries: readonly Entry[] }): Verdict {
  const problems: string[] = []
  const known = new Set(book.payments.map((payment) => payment.id))
  for (const [index, entry] of book.entries.entries()) {
    if (entry.seq !== index + 1) problems.push(`entry ${index + 1} has seq ${entry.seq}`)
    if (!known.has(entry.payment_id)) problems.push(`entry ${entry.seq} belongs to no payment`)
    if (!Number.isSafeInteger(entry.amount_minor) || entry.amount_minor <= 0) {
      problems.push(`entry ${entry.seq} has the amount ${entry.amount_minor}`)
    }
  }
  const sums = sumEntries(book.entries)
  const none = {
    authorize: 0,
    capture: 0,
    void: 0,
    refund: 0,
    authorizations: 0,
    currencies: new Set<string>(),
  }
  for (const payment of book.payments) problems.push(...problemsOf(payment, sums.get(payment.id) ?? none))
  return { ok: problems.length === 0, problems }
}

/** Sums over the whole book, per currency, in minor units. `net` is what the merchant is owed. */
export function totalsOf(entries: readonly Entry[]): Record<string, Record<string, number>> {
  const totals: Record<string, Record<string, number>> = {}
  for (const { currency, type, amount_minor } of entries) {
    const row = (totals[currency] ??= { authorize: 0, capture: 0, void: 0, refund: 0, net: 0 })
    row[type] = (row[type] ?? 0) + amount_minor
    row['net'] = (row['capture'] ?? 0) - (row['refund'] ?? 0)
  }
  return totals
}
