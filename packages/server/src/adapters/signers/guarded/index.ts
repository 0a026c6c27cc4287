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
    async signTransaction(request) {
      await checkRunning(guard.journal)
      const { network, order } = request
      const shape = guard.shapes.get(network)
      if (!shape) throw new SigningRefused('not_allowed', `The signer signs nothing on ${network}.`)
      const public_key = await key.publicKey()
      const reading = shape.read(request, public_key)
      checkPayments(reading, order)
      checkAddresses(guard, request)
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

/** @throws SigningRefused `stopped` while the kill switch is on */
export async function checkRunning(journal: Pick<SigningJournal, 'stopped'>): Promise<void> {
  const why = await journal.stopped()
  if (why !== null) throw new SigningRefused('stopped', `The signer is stopped: ${why}.`)
}

/** The transaction makes exactly the payments of the order, in their order, all of one asset. */
function checkPayments(reading: TransactionReading, order: SigningOrder): void {
  const wrong = (what: string) =>
    new SigningRefused('other_payments', `The transaction is not the order ${order.id}: ${what}.`)
  if (order.id === '') throw wrong('the order has no id')
  if (reading.payments.length !== order.payments.length)
    throw wrong(`it makes ${reading.payments.length} payments, not ${order.payments.length}`)
  for (const [i, paid] of reading.payments.entries()) {
    const wanted = order.payments[i]
    if (paid.asset !== wanted?.asset || paid.asset !== order.payments[0]?.asset)
      throw wrong(`payment ${i} is of ${paid.asset}`)
    if (paid.to !== wanted.to) throw wrong(`payment ${i} goes to ${paid.to}`)
    if (paid.amount !== wanted.amount || paid.amount <= 0n) throw wrong(`payment ${i} pays ${paid.amount}`)
  }
}

function checkAddresses({ mac, livemode }: Guard, { network, order }: SigningRequest): void {
  for (const { merchant_id, livemode: mode, asset, to, mac: made } of order.payments) {
    const claim = { merchant_id, livemode: mode, asset, network, address: to }
    if (mode === livemode && made !== null && mac?.verifies(claim, Buffer.from(made, 'hex'))) continue
    throw new SigningRefused(
      'address_not_proven',
      `Nobody with the MAC key has said that ${merchant_id} takes ${asset} at ${to} on ${network}.`,
    )
  }
}

function entryOf({ network, order }: SigningRequest, reading: TransactionReading, wallet: string) {
  const { payments, slots, coin, fee } = reading
  const amount = payments.reduce((sum, payment) => sum + payment.amount, 0n)
  return {
    order_id: order.id,
    network,
    wallet,
    payments: payments.length === 0 ? null : hashOf(payments),
    slots,
    paid: payments[0] ? { count: countOf(payments[0].asset), amount } : null,
    fee: { count: feeCountOf(coin), amount: fee },
  } satisfies SigningEntry
}

function hashOf(payments: TransactionReading['payments']): string {
  const lines = payments.map(({ asset, to, amount }) => `${asset} ${to} ${amount}\n`)
  return createHash('sha256').update(lines.join('')).digest('hex')
}
