import type { BitcoinRow } from '../bitcoin/bitcoinBench.ts'
import { table } from './format.ts'

/** The figures of `bitcoin` as a Markdown table. */
export function bitcoinTable(rows: readonly BitcoinRow[]): string {
  const alone = rows.find(({ payees }) => payees === 1)?.vb_per_payee
  return table([
    ['payees in one transaction', 'inputs', 'vB', 'vB per payee', 'against alone'],
    ...rows.map(({ payees, inputs, vsize, vb_per_payee }) => [
      `${payees}`,
      `${inputs}`,
      vsize.toLocaleString('en-US'),
      vb_per_payee.toFixed(1),
      alone === undefined || payees === 1 ? '' : `${Math.round((vb_per_payee / alone - 1) * 100)} %`,
    ]),
  ])
}
