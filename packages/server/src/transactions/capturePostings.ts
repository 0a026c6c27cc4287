import { type Posting, netted } from '../ledger/posting.ts'
import { capture } from '../ledger/postings/capture.ts'
import { conversion as convert } from '../ledger/postings/conversion.ts'
import type { Crypto, Fiat } from '../lib/money.ts'
import type { ConversionFigures } from './ports.ts'

/** The key of the journal that a capture makes. */
export const captureKey = (transaction_id: string) => `capture:${transaction_id}`

/** What a capture books, in the order of its lines. `receipt verify` compares the ledger with it. */
export function capturePostings(
  conversion: Omit<ConversionFigures, 'rate' | 'mid_rate'>,
  currency: Fiat,
  payout_currency: Crypto,
): Posting[] {
  const fiat = (amount: bigint) => ({ amount, asset: currency })
  const { gross, fee, payout_value, spread, remainder, payout_amount } = conversion
  return netted([
    ...capture({ gross: fiat(gross), fee: fiat(fee) }),
    ...convert({
      payout_value: fiat(payout_value),
      spread: fiat(spread),
      remainder: fiat(remainder),
      payout: { amount: payout_amount, asset: payout_currency },
    }),
  ])
}
