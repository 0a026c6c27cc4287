import { figure, table } from '../../bench/report/format.ts'
import type { ChaosResult } from './chaos.ts'
import type { Fates } from './faultyProxy.ts'
import { type Failure, countOf } from './judge.ts'
import type { How } from './naive.ts'
import type { ChaosOptions } from './options.ts'
import type { RestoreResult } from './restore.ts'

/** What one run came to. */
export type Proof = {
  readonly options: ChaosOptions
  readonly result: ChaosResult
  readonly failures: readonly Failure[]
  readonly controls: Readonly<Partial<Record<How, readonly Failure[]>>>
  readonly seconds: number
  /** Where it ran. */
  readonly machine: string
}

/** The run as a Markdown table. */
export function proofTable({ options, result, failures, controls, seconds }: Proof): string {
  const { recording, troubles, fates } = result
  const others = failures.filter(({ kind }) => !['doubled', 'lost', 'unbalanced'].includes(kind))
  return table([
    ['what', 'figure'],
    ['seed', options.seed],
    ['payments charged and paid out', String(recording.payments.length)],
    ['charged or paid more than once', String(countOf(failures, 'doubled'))],
    ['charged and not paid, or not charged', String(countOf(failures, 'lost'))],
    ['sums that are not zero, or differ from the chain', String(countOf(failures, 'unbalanced'))],
    ['anything else that was wrong', String(others.flatMap(({ ids }) => ids).length)],
    [`\`kill -9\`, of ${options.servers} \`serve\` and ${options.workers} \`work\``, String(result.kills)],
    ['ended by themselves while the database was away, and started again', String(result.ends)],
    ['PostgreSQL stopped hard', String(troubles.postgres_stops)],
    ['pool wiped / transactions that it forgot', `${troubles.wipes} / ${troubles.wiped}`],
    ['rollbacks / blocks undone', `${troubles.rollbacks} / ${troubles.undone}`],
    ['calls to the chain while there were faults', calls(fates.rpc)],
    ['of these lost before / lost after / late / twice', faults(fates.rpc)],
    ['calls to the acquirer while there were faults', calls(fates.acquirer)],
    ['of these lost before / lost after / late / twice', faults(fates.acquirer)],
    ['from the last fault to the last final payout', `${figure(result.drain_seconds)} s`],
    ...Object.entries(controls).map(([how, found]) => [
      `control ${CONTROLS[how as How]}: of ${options.control_payouts} paid more than once / never`,
      `${countOf(found, 'doubled')} / ${countOf(found, 'lost')}`,
    ]),
    ['time taken', `${figure(seconds)} s`],
  ])
}

const calls = (fates: Fates) => String([...fates.values()].reduce((sum, n) => sum + n, 0))
const faults = (fates: Fates) =>
  (['lost_before', 'lost_after', 'late', 'twice'] as const).map((fate) => fates.get(fate) ?? 0).join(' / ')
const CONTROLS: Record<How, string> = {
  send: '"send, then save"',
  resend: '"resend with a new nonce"',
}

/** Restores as a Markdown table: one column each. */
export function restoreTable(restored: Readonly<Record<string, RestoreResult>>): string {
  const row = (what: string, figureOf: (result: RestoreResult) => number) => [
    what,
    ...Object.values(restored).map((result) => String(figureOf(result))),
  ]
  return table([
    ['what', ...Object.keys(restored)],
    row('payments charged before the backup, paid out after it', ({ payments }) => payments.length),
    row('transactions that the restored gateway sent', ({ nonces: [before, after] }) => after - before),
    row('paid twice', ({ failures }) => countOf(failures, 'doubled')),
    row('payouts held, with that of a payment after the restore', ({ held }) => held),
    row('control, a worker that takes nonces from the chain: paid twice', ({ control }) =>
      countOf(control, 'doubled'),
    ),
  ])
}

/** The same for programs: one line. */
export function proofLine({ result, failures, controls }: Proof): string {
  const counts = (['doubled', 'lost', 'unbalanced'] as const).map(
    (kind) => `${kind}=${countOf(failures, kind)}`,
  )
  return `payouts=${result.recording.payments.length} ${counts.join(' ')} control_doubled=${countOf(controls.send ?? [], 'doubled')}`
}
