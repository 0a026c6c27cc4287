import type { GrowthFigures } from '../growth/growthBench.ts'
import { figure, table } from './format.ts'

/** The figures of `growth` as a Markdown table. */
export function growthTable({ peer, sessions, small, large, kept }: GrowthFigures): string {
  return table([
    ['sessions in the table', 'creates', peer, 'ratio'],
    ['a few', `${figure(small.creates_per_s)} /s`, `${figure(small.inserts_per_s)} /s`, figure(small.ratio)],
    [
      `${figure(sessions)} and as many idempotency keys`,
      `${figure(large.creates_per_s)} /s`,
      `${figure(large.inserts_per_s)} /s`,
      `${figure(large.ratio)} = ${figure(kept)} of it`,
    ],
  ])
}
