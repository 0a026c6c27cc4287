import type { LedgerAsset, Crypto, FeeCoin, Fiat, Money } from '../../lib/money.ts'
import { type Posting, credit, debit } from '../posting.ts'
import { plus, zero } from './amounts.ts'

/**
 * Moves of the treasury. They belong to no merchant: book them under `platform(livemode)`.
 */

/** What the owner of the server puts in, e.g. the coins that a wallet held before the first payment. */
export function addCapital(account: 'bank' | 'venue' | 'hot_wallet', money: Money<LedgerAsset>): Posting[] {
  return [debit(account, money), credit('capital', money)]
}

/** Fiat to an exchange. */
export function fundVenue(money: Money<Fiat>): Posting[] {
  return [debit('venue', money), credit('bank', money)]
}

/**
 * An order at an exchange was filled: `bought` for `paid`. What was converted for merchants is bought back, so it goes
 * through `fx`; what stays there is what the exchange rate gave or took between conversion and hedge.
 */
export function hedgeFill({
  bought,
  paid,
  fee,
}: {
  bought: Money<Crypto>
  paid: Money<Fiat>
  /** In whichever of the two the exchange takes it, on top of `paid` or out of `bought`. */
  fee: Money<LedgerAsset>
}): Posting[] {
  return [
    debit('venue', bought),
    credit('fx', bought),
    debit('fx', paid),
    credit('venue', paid),
    debit('venue_expense', fee),
    credit('venue', fee),
  ]
}

/** `money` arrived in the hot wallet; the exchange kept `fee` for sending it. */
export function refill(
  money: Money<Crypto | FeeCoin>,
  fee: Money<Crypto | FeeCoin> = zero(money),
): Posting[] {
  return [debit('hot_wallet', money), debit('venue_expense', fee), credit('venue', plus(money, fee))]
}

/** More than the hot wallet should hold goes to the exchange. What the transaction cost is `gas`. */
export function skim(money: Money<Crypto | FeeCoin>): Posting[] {
  return [debit('venue', money), credit('hot_wallet', money)]
}
