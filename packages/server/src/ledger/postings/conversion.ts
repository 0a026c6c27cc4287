import type { Crypto, Fiat, Money } from '../../lib/money.ts'
import { type Posting, credit, debit } from '../posting.ts'
import { plus } from './amounts.ts'

/**
 * What we owe the merchant in fiat becomes what we owe in crypto. Each side balances in its own asset, `fx` is the bridge
 * between them: `payout_value` is what `payout` is worth at the market's rate, the rest is spread and what rounding left.
 */
export function conversion({
  payout_value,
  spread,
  remainder,
  payout,
}: {
  payout_value: Money<Fiat>
  spread: Money<Fiat>
  remainder: Money<Fiat>
  payout: Money<Crypto>
}): Posting[] {
  return [
    debit('merchant_payable', plus(plus(payout_value, spread), remainder)),
    credit('spread_revenue', spread),
    credit('rounding', remainder),
    credit('fx', payout_value),
    debit('fx', payout),
    credit('merchant_payable', payout),
  ]
}
