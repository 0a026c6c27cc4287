import { figure, table } from '../../bench/report/format.ts'
import type { SoakFigures } from './figures.ts'
import { pauseAfter } from './judge/pauses.ts'

const count = (n: number) => n.toLocaleString('en-US')
const counts = (...numbers: number[]) => numbers.map(count).join(' / ')

/** The figures as a Markdown table. */
export function soakTable(figures: SoakFigures): string {
  const { signed_by, retries, refused, refused_in_outage, failing_share } = figures
  const after = (...numbers: number[]) => counts(...numbers.map((n) => retries.get(pauseAfter(n)) ?? 0))
  return table([
    ['what', 'figure'],
    ['events committed / rolled back', counts(figures.events, figures.rolled_back)],
    ['committed events that every endpoint that listens has accepted', count(figures.delivered)],
    ['deliveries: one event to one endpoint', count(figures.deliveries)],
    ['tries that arrived', count(figures.tries)],
    [
      'refused while the receivers were up',
      `${count(refused - refused_in_outage)}, ${figure(failing_share * 100)} %`,
    ],
    ['refused during the outage', count(refused_in_outage)],
    ['`kill -9` of a gateway', count(figures.kills)],
    ['tries that were not written down because their gateway was killed', count(figures.unwritten)],
    ['duplicates: accepted once more', count(figures.duplicates)],
    [
      'signed by the old secret / by both / by the new one',
      counts(signed_by.old, signed_by.both, signed_by.new),
    ],
    ['retries after 5 s / 1 min / 5 min / 30 min', after(1, 2, 3, 4)],
    ['retries after 2 h / 5 h / 10 h / 12 h', after(5, 6, 7, 8)],
    ['simulated time', `${figure(figures.simulated_hours)} h in ${figures.steps} steps`],
    ['given up after 72 h and sent again by one call', count(figures.given_up)],
    ['missing', count(figures.missing)],
    ['gaps in the sequence', count(figures.gaps)],
    ['time taken', `${figure(figures.seconds)} s`],
  ])
}

const WORDS = [
  'delivered',
  'deliveries',
  'tries',
  'refused',
  'kills',
  'duplicates',
  'given_up',
  'missing',
  'gaps',
] as const satisfies readonly (keyof SoakFigures)[]

/** The same for programs: one line. */
export function soakLine(figures: SoakFigures): string {
  const words = WORDS.map((word) => `${word}=${figures[word]}`)
  return `soak_events=${figures.events} ${words.join(' ')} seconds=${figures.seconds.toFixed(0)}`
}
