import type { Context } from '../context.ts'
import { modeOf } from '../context.ts'
import type { Crypto, Fiat } from '../lib/money.ts'
import type { Ref } from '../lib/tenant.ts'
import { fixConversion } from './conversion.ts'
import { makeReceipt } from './makeReceipt.ts'
import { NoRate } from './noRate.ts'
import type { ConversionFigures } from './store.ts'

type Payment = Ref & {
  amount: bigint
  currency: Fiat
  fee_bps: number
  spread_bps: number
  payout_currency: Crypto
}

/**
 * What a payment would be converted to now, with its receipt. Asks the venues; no database. Null when no rate can be had
 * now, which the log explains.
 */
export async function draftConversion(
  ctx: Context,
  row: Payment,
): Promise<(ConversionFigures & { receipt: object }) | null> {
  const rates = modeOf(ctx, row)?.rates
  if (!rates) return null
  const gross = { amount: row.amount, asset: row.currency }
  try {
    const quote = await rates.quote({ from: gross, to: row.payout_currency })
    const fixed = fixConversion({ gross, fee_bps: row.fee_bps, spread_bps: row.spread_bps, quote })
    return {
      gross: fixed.gross.amount,
      fee: fixed.fee.amount,
      spread: fixed.spread.amount,
      payout_value: fixed.payout_value.amount,
      remainder: fixed.remainder.amount,
      payout_amount: fixed.payout.amount,
      rate: fixed.rate,
      mid_rate: fixed.mid_rate,
      receipt: makeReceipt(fixed, quote),
    }
  } catch (error) {
    if (!(error instanceof NoRate)) throw error
    ctx.log.warn({ transaction_id: row.id, reason: error.message }, 'no rate')
    return null
  }
}
