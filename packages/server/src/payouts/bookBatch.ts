import type { Tx } from '../db/sql.ts'
import { post } from '../ledger/post.ts'
import { credit, debit } from '../ledger/posting.ts'
import type { Asset, Crypto, Money } from '../lib/money.ts'
import type { Ref } from '../lib/tenant.ts'
import type { BatchRef } from './batch.ts'

/** A payout as the ledger sees it. */
type Booked = Ref & { readonly amount: bigint; readonly asset: Crypto }

const moneyOf = ({ amount, asset }: Booked): Money<Crypto> => ({ amount, asset })
/** A payout may have several batches in its life, one after the other; each of them reserves once and ends once. */
const keyOf = (what: string, batch: BatchRef, payout: Booked) => `${what}:${payout.id}:${batch.id}`

/** What is owed to the merchant is in a transaction now. */
export async function bookReserved(tx: Tx, batch: BatchRef, payout: Booked): Promise<void> {
  const money = moneyOf(payout)
  await post(tx, payout, keyOf('reserve', batch, payout), [
    debit('merchant_payable', money),
    credit('payout_in_flight', money),
  ])
}

/** It has left the wallet, for good. */
export async function bookPaid(tx: Tx, batch: BatchRef, payout: Booked): Promise<void> {
  const money = moneyOf(payout)
  await post(tx, payout, keyOf('final', batch, payout), [
    debit('payout_in_flight', money),
    credit('hot_wallet', money),
  ])
}

/** It was not paid, for good: owed again. */
export async function bookFailed(tx: Tx, batch: BatchRef, payout: Booked): Promise<void> {
  const money = moneyOf(payout)
  await post(tx, payout, keyOf('failed', batch, payout), [
    debit('payout_in_flight', money),
    credit('merchant_payable', money),
  ])
}

/** Its batch was cancelled: owed as before. */
export async function bookReleased(tx: Tx, batch: BatchRef, payout: Booked): Promise<void> {
  const money = moneyOf(payout)
  await post(tx, payout, keyOf('release', batch, payout), [
    debit('payout_in_flight', money),
    credit('merchant_payable', money),
  ])
}

/** What the transaction cost, whatever it did, in equal shares; the first payout bears what does not divide. */
export async function bookGas(
  tx: Tx,
  batch: BatchRef,
  payouts: readonly Booked[],
  gas: { amount: bigint; asset: 'ETH' | 'BTC' | 'POL' },
): Promise<void> {
  const count = BigInt(payouts.length)
  const share = gas.amount / count
  for (const [line, payout] of payouts.entries()) {
    const amount = line === 0 ? gas.amount - share * (count - 1n) : share
    if (amount === 0n) continue
    const money = { amount, asset: gas.asset as Asset }
    await post(tx, payout, keyOf('gas', batch, payout), [
      debit('gas_expense', money),
      credit('hot_wallet', money),
    ])
  }
}
