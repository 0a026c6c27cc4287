import type { Payment, Recording } from './recording.ts'

/** Something that must never happen, and whom it happened to. */
export type Failure = {
  readonly kind: 'doubled' | 'lost' | 'unbalanced' | 'amount' | 'event' | 'bug'
  readonly says: string
  readonly ids: readonly string[]
}

/**
 * Says what went wrong, from the chain's and the acquirer's own books. What the gateway says of itself is only asked
 * for what it owes, and for its ledger, which has to agree with the chain.
 */
export function judge(recording: Recording): Failure[] {
  return [
    ...judgePayments(recording.payments),
    ...judgeLedger(recording),
    ...judgeEvents(recording),
    ...judgeLog(recording),
  ]
}

/** How often the card was charged and the address paid. */
export function judgePayments(payments: readonly Payment[]): Failure[] {
  const failures = [
    about('doubled', 'charged more than once', payments, ({ captures }) => captures.length > 1),
    about('doubled', 'paid more than once', payments, isPaidTwice),
    about(
      'doubled',
      'paid without a charge',
      payments,
      ({ captures, received }) => captures.length === 0 && received.length > 0,
    ),
    about(
      'lost',
      'charged, and never paid',
      payments,
      ({ captures, received }) => captures.length > 0 && received.length === 0,
    ),
    about('lost', 'ordered, and never charged', payments, ({ captures }) => captures.length === 0),
    about('amount', 'charged another amount', payments, ({ captures, order }) =>
      captures.some((cents) => cents !== order.cents),
    ),
    about(
      'amount',
      'paid another amount than is owed',
      payments,
      (one) => !isPaidTwice(one) && one.received.some((amount) => amount !== one.owed),
    ),
    about('lost', 'not completed when everything was over', payments, ({ status }) => status !== 'completed'),
  ]
  return failures.filter(({ ids }) => ids.length > 0)
}

/** More than one transfer, or, of a coin, more than is owed. */
function isPaidTwice({ received, order, owed }: Payment): boolean {
  if (received.length > 1) return true
  return order.asset === 'ETH' && owed !== null && (received[0] ?? 0n) >= 2n * owed
}

function judgeLedger({ ledger, treasury, nonce, acquirer_adds_up }: Recording): Failure[] {
  const ids = [
    ...ledger
      .filter(({ total }) => total !== 0n)
      .map(({ what, asset, total }) => `${what} in ${asset} is ${total}`),
    ...treasury
      .filter(({ chain, ledger }) => chain !== ledger)
      .map(
        ({ asset, chain, ledger }) =>
          `the treasury's ${asset} changed by ${chain}, in the ledger by ${ledger}`,
      ),
    ...(nonce.chain === nonce.database
      ? []
      : [`nonce ${nonce.chain} on the chain, ${nonce.database} in the database`]),
    ...(acquirer_adds_up ? [] : ["the acquirer's book"]),
  ]
  return ids.length > 0 ? [{ kind: 'unbalanced', says: 'does not add up', ids }] : []
}

function judgeEvents({ events, payments }: Recording): Failure[] {
  const gaps = events.flatMap((list) =>
    list.flatMap(({ sequence, object_id }, n) =>
      sequence === BigInt(n + 1) ? [] : [`${object_id} has ${sequence}, not ${n + 1}`],
    ),
  )
  const told = new Map<string, number>()
  for (const { type, object_id } of events.flat()) {
    if (type === 'payout.completed') told.set(object_id, (told.get(object_id) ?? 0) + 1)
  }
  const wrong = payments.flatMap(({ payout_id, session }) => {
    const times = told.get(payout_id ?? '') ?? 0
    return times === 1 ? [] : [`${payout_id} of ${session}: ${times} times`]
  })
  const failures: Failure[] = [
    { kind: 'event', says: 'numbers of events have a gap', ids: gaps },
    { kind: 'event', says: 'payout.completed was not told once', ids: wrong },
  ]
  return failures.filter(({ ids }) => ids.length > 0)
}

function judgeLog({ bugs }: Recording): Failure[] {
  return bugs.length > 0 ? [{ kind: 'bug', says: 'a gateway found a bug in itself', ids: bugs }] : []
}

function about(
  kind: Failure['kind'],
  says: string,
  payments: readonly Payment[],
  fits: (payment: Payment) => boolean,
): Failure {
  return {
    kind,
    says,
    ids: payments.filter(fits).map(({ session, order }) => `${session} (${order.key}, ${order.asset})`),
  }
}

/** How many there are of a kind. */
export function countOf(failures: readonly Failure[], kind: Failure['kind']): number {
  return new Set(failures.filter((failure) => failure.kind === kind).flatMap(({ ids }) => ids)).size
}
