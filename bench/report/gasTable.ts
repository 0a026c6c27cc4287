import { type GasRow, SIZES } from '../gas/gasBench.ts'
import { table } from './format.ts'

const number = (gas: number | null | undefined) =>
  gas === null || gas === undefined ? '' : gas.toLocaleString('en-US')

/** The figures of `gas` as a Markdown table. */
export function gasTable(rows: readonly GasRow[]): string {
  const hundred = SIZES.indexOf(100)
  return table([
    ['gas per payee', 'alone', ...SIZES.map((size) => `vault, ${size}`), '100 against alone'],
    ...rows.map(({ what, single, batched }) => {
      const at = batched[hundred]
      const saved = at !== undefined && single !== null ? `${Math.round((at / single - 1) * 100)} %` : ''
      return [what, number(single), ...SIZES.map((_, n) => number(batched[n])), saved]
    }),
  ])
}
