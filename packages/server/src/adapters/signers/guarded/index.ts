import { createHash } from 'node:crypto'
import type { AddressMac } from '../../../lib/addressMac.ts'
import {
  type DigestSigner,
  type EcdsaSignature,
  type Signer,
  type SigningOrder,
  SigningRefused,
  type SigningRequest,
  type TransactionReading,
  type TransactionShape,
} from '../../signer.ts'
import type { SigningEntry, SigningJournal } from '../shared/journal.ts'
import { checkTransaction, countOf, feeCountOf, type SigningPolicy } from '../shared/policy.ts'

export type Guard = {
  /** How to read the transactions of each network. A network that is not here is not signed for. */
  readonly shapes: ReadonlyMap<string, TransactionShape>
  readonly policy: SigningPolicy
  /** Null: no address can be checked, so none is paid. */
  readonly mac: AddressMac | null
  /** The mode whose merchants are paid. */
  readonly livemode: boolean
  readonly journal: SigningJournal
}

/**
 * A signer around a key. In this order: kill switch, what the transaction would do, whether that is the order, whether
 * each address is vouched for, the caps of one transaction; then the order is written down and counted; then it is
 * signed. Who crashes in between has counted an order that it may sign again.
 */
export function createGuardedSigner(key: DigestSigner, guard: Guard): Signer {
  return Object.freeze<Signer>({
    id: key.id,
    publicKey: () => key.publicKey(),
    async review({ network, order }) {
      await checkRunning(guard.journal)
      shapeOf(guard, network)
      checkAddresses(guard, network, order)
      const paid = paidFor(order.payments)
      if (!paid) return
      // One that is too large by itself is named, so that the others can go without it.
      for (const [i, { amount }] of order.payments.entries())
        checkTransaction(guard.policy, paid.count, amount, i)
      checkTransaction(guard.policy, paid.count, paid.amount)
      await guard.journal.checkRoom(order.id, paid, guard.policy)
    },
    async signTransaction(request) {
      await checkRunning(guard.journal)
      const { network, order } = request
      const shape = shapeOf(guard, network)
      const public_key = await key.publicKey()
      const reading = shape.read(request, public_key)
      checkPayments(reading, order)
      checkAddresses(guard, network, order)
      const entry = entryOf(request, reading, public_key)
      if (entry.paid) checkTransaction(guard.policy, entry.paid.count, entry.paid.amount)
      checkTransaction(guard.policy, entry.fee.count, entry.fee.amount)
      await guard.journal.claim(entry, guard.policy)
      const signatures: EcdsaSignature[] = []
      for (const digest of reading.digests) signatures.push(await key.signDigest(digest))
      // Stopped while a slow key was signing: what is not handed out is not sent.
      await checkRunning(guard.journal)
      return signatures
    },
  })
}

function shapeOf({ shapes }: Guard, network: string): TransactionShape {
  const shape = shapes.get(network)
  if (shape) return shape
  throw new SigningRefused('not_allowed', `The signer signs nothing on ${network}.`)
}

/** @throws SigningRefused `stopped` while the kill switch is on */
export async function checkRunning(journal: Pick<SigningJournal, 'stopped'>): Promise<void> {
  const why = await journal.stopped()
  if (why !== null) throw new SigningRefused('stopped', `The signer is stopped: ${why}.`)
}

/**
 * The transaction makes exactly the payments of the order, all of one asset. In any order: on some chains it is the
 * amounts that give outputs their place.
 */
function checkPayments(reading: TransactionReading, order: SigningOrder): void {
  const wrong = (what: string) =>
    new SigningRefused('other_payments', `The transaction is not the order ${order.id}: ${what}.`)
  if (order.id === '') throw wrong('the order has no id')
  const [first] = reading.payments
  for (const { asset, amount } of reading.payments)
    if (asset !== first?.asset || amount <= 0n) throw wrong('it mixes assets, or pays nothing')
  const made = linesOf(reading.payments)
  const ordered = linesOf(order.payments)
  if (made.length !== ordered.length) throw wrong(`it makes ${made.length} payments, not ${ordered.length}`)
  const at = made.findIndex((line, i) => line !== ordered[i])
  if (at >= 0) throw wrong(`it pays ${made[at]}`)
}

function checkAddresses({ mac, livemode }: Guard, network: string, order: SigningOrder): void {
  for (const [i, payment] of order.payments.entries()) {
    const { merchant_id, livemode: mode, asset, to, mac: made } = payment
    const claim = { merchant_id, livemode: mode, asset, network, address: to }
    if (mode === livemode && made !== null && mac?.verifies(claim, Buffer.from(made, 'hex'))) continue
    throw new SigningRefused(
      'address_not_proven',
      `Nobody with the MAC key has said that ${merchant_id} takes ${asset} at ${to} on ${network}.`,
      i,
    )
  }
}

function entryOf({ network, order }: SigningRequest, reading: TransactionReading, wallet: string) {
  const { payments, slots, coins = [], coin, fee } = reading
  return {
    order_id: order.id,
    network,
    wallet,
    payments: payments.length === 0 ? null : hashOf(payments),
    slots,
    coins,
    paid: paidFor(payments),
    fee: { count: feeCountOf(coin), amount: fee },
  } satisfies SigningEntry
}

/** What the payments, all of one asset, are counted as. Null: there are none. */
function paidFor(payments: TransactionReading['payments']): SigningEntry['paid'] {
  const [first] = payments
  if (!first) return null
  return { count: countOf(first.asset), amount: payments.reduce((sum, { amount }) => sum + amount, 0n) }
}

function hashOf(payments: TransactionReading['payments']): string {
  return createHash('sha256').update(linesOf(payments).join('\n')).digest('hex')
}

/** Payments in words, sorted. */
function linesOf(payments: TransactionReading['payments']): string[] {
  return payments.map(({ asset, to, amount }) => `${amount} ${asset} to ${to}`).toSorted()
}
