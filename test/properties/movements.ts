import { type Db, isDbError, inTransaction } from '../../packages/server/src/db/sql.ts'
import type { Account } from '../../packages/server/src/ledger/account.ts'
import { accountBalance } from '../../packages/server/src/ledger/balanceStore.ts'
import { post } from '../../packages/server/src/ledger/post.ts'
import type { Posting } from '../../packages/server/src/ledger/posting.ts'
import { acquirerFee, acquirerSettlement } from '../../packages/server/src/ledger/postings/acquirer.ts'
import { least } from '../../packages/server/src/ledger/postings/amounts.ts'
import {
  openChargeback,
  winChargeback,
  writeOffChargeback,
} from '../../packages/server/src/ledger/postings/chargeback.ts'
import { refundAfterPayout } from '../../packages/server/src/ledger/postings/refund.ts'
import { releaseReserve, withholdReserve } from '../../packages/server/src/ledger/postings/reserve.ts'
import type { Fiat, Money } from '../../packages/server/src/lib/money.ts'
import type { Ref } from '../../packages/server/src/lib/tenant.ts'

/** Movements of the ledger that no flow of the gateway makes yet, each as its flow will have to make it. */
export const MOVEMENTS = [
  'refund',
  'chargeback',
  'win',
  'write off',
  'withhold',
  'release',
  'acquirer fee',
  'settlement',
] as const
export type Movement = (typeof MOVEMENTS)[number]

/** A captured charge. */
export type Charge = Ref & { readonly amount: bigint; readonly currency: Fiat }

/** What a charge has given back, for the model: it knows nothing of journals. */
export type Given = {
  refunded: bigint
  /** Lost in chargebacks, at the merchant's cost. */
  borne: bigint
  in_suspense: bigint
  /** What the acquirer owes us for it more, or less, than was captured. */
  acquirer: bigint
  open: Open | null
}
type Open = { amount: bigint; from_reserve: bigint; suspense: bigint }
export const nothingGiven = (): Given => ({
  refunded: 0n,
  borne: 0n,
  in_suspense: 0n,
  acquirer: 0n,
  open: null,
})

const CHECK_VIOLATION = '23514'

/** Books it, exactly as often as it is called. What is not possible is not booked. */
export type Book = (db: Db, charge: Charge, key: string, postings: readonly Posting[]) => Promise<boolean>

/** False: PostgreSQL said that a guarded balance does not hold so much. */
export const book: Book = async (db, charge, key, postings) => {
  try {
    await inTransaction(db, (tx) => post(tx, charge, key, postings))
    return true
  } catch (error) {
    if (isDbError(error, CHECK_VIOLATION)) return false
    throw error
  }
}

/** @param n makes the key: the same movement of the same command is one journal */
export async function move(
  db: Db,
  movement: Movement,
  charge: Charge,
  given: Given,
  share: number,
  n: number,
  how: Book = book,
): Promise<void> {
  const fiat = (amount: bigint): Money<Fiat> => ({ amount, asset: charge.currency })
  const holds = async (account: Account) => fiat(await accountBalance(db, charge, account, charge.currency))
  const opposite = ({ amount }: Money<Fiat>) => fiat(-amount)
  const part = fiat((charge.amount * BigInt(share)) / 100n)
  const enter = (postings: readonly Posting[]) =>
    how(db, charge, `${movement.replace(' ', '_')}:${charge.id}:${n}`, postings)
  const left = charge.amount - given.refunded - given.borne

  switch (movement) {
    case 'refund': {
      if (part.amount > left || part.amount === 0n) return
      if (await enter(refundAfterPayout(part, opposite(await holds('merchant_reserve')))))
        given.refunded += part.amount
      else throw new Error('a refund of a charge that was captured was refused')
      given.acquirer -= part.amount
      return
    }
    case 'chargeback': {
      if (given.open) return
      const reserve = opposite(await holds('merchant_reserve'))
      const borne = least(part, fiat(left))
      const fee = fiat(1500n)
      await enter(openChargeback({ amount: part, fee, refundable: fiat(left), reserve }))
      given.borne += borne.amount
      given.acquirer -= part.amount + fee.amount
      given.in_suspense += part.amount - borne.amount
      const lost = borne.amount + fee.amount
      const from_reserve = reserve.amount < lost ? reserve.amount : lost
      given.open = { amount: part.amount + fee.amount, from_reserve, suspense: part.amount - borne.amount }
      return
    }
    case 'win': {
      if (!given.open) return
      const { amount, from_reserve, suspense } = given.open
      const receivable = await holds('merchant_receivable')
      await enter(
        winChargeback({
          amount: fiat(amount),
          reserve: fiat(from_reserve),
          suspense: fiat(suspense),
          receivable,
        }),
      )
      given.open = null
      given.acquirer += amount
      given.in_suspense -= suspense
      given.borne -= amount - 1500n - suspense
      return
    }
    case 'write off': {
      const owed = least(part, await holds('merchant_receivable'))
      if (owed.amount > 0n) await enter(writeOffChargeback(owed))
      return
    }
    case 'withhold': {
      const payable = opposite(await holds('merchant_payable'))
      const done = await enter(withholdReserve(part))
      if (done !== part.amount <= payable.amount)
        throw new Error(`withheld ${part.amount} of ${payable.amount}: ${done}`)
      return
    }
    case 'release': {
      const reserve = opposite(await holds('merchant_reserve'))
      const done = await enter(releaseReserve(part, least(part, await holds('merchant_receivable'))))
      if (done !== part.amount <= reserve.amount)
        throw new Error(`released ${part.amount} of ${reserve.amount}: ${done}`)
      return
    }
    case 'acquirer fee':
      await enter(acquirerFee(fiat((charge.amount * 2n) / 100n)))
      given.acquirer -= (charge.amount * 2n) / 100n
      return
    case 'settlement': {
      await enter(acquirerSettlement({ expected: part, received: fiat(part.amount - 1n) }))
      given.in_suspense += 1n
      given.acquirer -= part.amount
    }
  }
}
