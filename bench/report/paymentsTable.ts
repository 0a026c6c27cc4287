import type { PaymentFigures } from '../payments/paymentsBench.ts'
import { figure, table } from './format.ts'

/** The figures of `payments` as a Markdown table. */
export function paymentsTable(f: PaymentFigures): string {
  return table([
    ['what', 'figure'],
    [`full payments, ${f.payments} in all, ${f.at_once} at a time`, `${figure(f.payments_per_s)} /s`],
    ['from the pay button to paid, p50 / p99', `${figure(f.pay_p50_ms)} / ${figure(f.pay_p99_ms)} ms`],
    ['from the first sale to the last final payout', `${figure(f.all_final_s)} s`],
    ['charged exactly once, paid out exactly once', `all ${f.payments}`],
  ])
}
