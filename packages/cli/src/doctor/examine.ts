import { CliError, EXIT } from '../exit.ts'
import type { Check, Finding } from './check.ts'
import { DELIVERY_CHECKS, VALID } from './deliveryChecks.ts'
import type { Patient } from './patient.ts'
import { TRUST_CHECKS } from './trustChecks.ts'

export type Examined = Pick<Check, 'name' | 'title' | 'about'> & Finding

/** Grades: F forged events are taken or valid ones are not; D replayed ones are taken; C faults; B warnings; A none. */
export type Grade = 'A' | 'B' | 'C' | 'D' | 'F'

/** Every check, in the order in which they are made. */
export const CHECKS: readonly Check[] = [VALID, ...TRUST_CHECKS, ...DELIVERY_CHECKS]

/**
 * Makes every check, one after the other: what one sends must not disturb another.
 * @throws CliError interrupted
 */
export async function examine(
  patient: Patient,
  signal: AbortSignal,
  onExamined: (one: Examined) => void,
): Promise<Examined[]> {
  const all: Examined[] = []
  for (const { name, title, about, examine } of CHECKS) {
    if (signal.aborted) throw new CliError(EXIT.interrupted, 'interrupted', 'Interrupted.')
    // A handler that refuses everything shows no more than that.
    const blind = name !== VALID.name && !patient.takes_valid
    const one = { name, title, about, ...(blind ? NOTHING_TO_SEE : await examine(patient)) }
    all.push(one)
    onExamined(one)
  }
  return all
}

const NOTHING_TO_SEE: Finding = {
  verdict: 'skip',
  did: 'says nothing: not even a valid delivery is taken',
  advice: null,
}

export function gradeOf(all: readonly Examined[]): Grade {
  const failed = all.filter(({ verdict }) => verdict === 'fail')
  const grave = failed.some(({ name, about }) => name === 'valid' || (about === 'trust' && name !== 'stale'))
  if (grave) return 'F'
  if (failed.some(({ name }) => name === 'stale')) return 'D'
  if (failed.length > 0) return 'C'
  return all.some(({ verdict }) => verdict === 'warn') ? 'B' : 'A'
}

/** Of the answers to valid deliveries, in milliseconds. */
export function timesOf(times: readonly number[]): { median: number; slowest: number } {
  const sorted = times.toSorted((a, b) => a - b)
  return { median: sorted[Math.floor((sorted.length - 1) / 2)] ?? 0, slowest: sorted.at(-1) ?? 0 }
}
