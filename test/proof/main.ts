/**
 * `npm run proof [-- --seed N] [--payouts 300] [--kills 200] [--minutes 30] [--short]`: payments while gateways are killed,
 * PostgreSQL is stopped hard, calls are lost, the pool forgets and blocks are undone; then naive payout workers under
 * the same; then restores of older backups. Prints the table for docs/reliability.md, the last line for programs. Ends with status 1 when anything was
 * lost, doubled or wrong, and when the naive worker paid nobody twice: then nothing was proven.
 */
import { parseArgs } from 'node:util'
import { loadBefore } from '../../bench/report/machine.ts'
import { countOf } from './judge.ts'
import { LONG, SHORT } from './options.ts'
import { prove } from './proof.ts'
import { proofLine, proofTable, restoreTable } from './report.ts'
import { type RestoreResult, restore } from './restore.ts'

const IDS_SHOWN = 10
/** Payouts between backup and restore. */
const RESTORED = 50
/** Whether the wallet has paid anything before the backup. */
const FORMS = {
  "a backup older than the wallet's last payouts": true,
  "a backup older than the wallet's first payout": false,
}
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    payouts: { type: 'string', default: String(LONG.payouts) },
    kills: { type: 'string', default: String(LONG.kills) },
    minutes: { type: 'string', default: '30' },
    short: { type: 'boolean', default: false },
  },
})
const number = (name: 'payouts' | 'kills' | 'minutes') => {
  const value = Number(values[name])
  if (Number.isInteger(value) && value >= 1) return value
  process.stderr.write(`--${name} must be a whole number from 1 up.\n`)
  process.exit(2)
}
const numbers = { payouts: number('payouts'), kills: number('kills') }
const minutes = number('minutes')
const started = performance.now()
const seconds = () => (performance.now() - started) / 1000
const say = (line: string) => void process.stderr.write(`${seconds().toFixed(0).padStart(5)} s  ${line}\n`)

say(`seed ${values.seed}`)
const { load } = loadBefore()
const broken_off = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => broken_off.abort(new Error(`told to stop by ${signal}`)))
}
const time_is_up = setTimeout(
  () => broken_off.abort(new Error(`not done after ${minutes} minutes`)),
  minutes * 60_000,
)
const hardness = values.short ? SHORT : { ...LONG, ...numbers }
try {
  const options = { ...hardness, seed: values.seed, say, signal: broken_off.signal }
  const proof = await prove(options, ['send', 'resend'])
  process.stdout.write(`\n${proofTable(proof)}\n\n${proof.machine}; load before ${load}\n\n`)
  const restored: Record<string, RestoreResult> = {}
  for (const [form, used] of Object.entries(FORMS)) {
    say(form)
    restored[form] = await restore(options, values.short ? 6 : RESTORED, used)
  }
  process.stdout.write(`\n${restoreTable(restored)}\n\n`)
  const failures = [...proof.failures, ...Object.values(restored).flatMap((result) => result.failures)]
  for (const { kind, says, ids } of failures) {
    const more = ids.length > IDS_SHOWN ? `\n  and ${ids.length - IDS_SHOWN} more` : ''
    process.stdout.write(`FAILED ${kind}: ${says}\n  ${ids.slice(0, IDS_SHOWN).join('\n  ')}${more}\n`)
  }
  const proven = countOf(proof.controls.send ?? [], 'doubled') > 0
  if (!proven) process.stdout.write('FAILED control: the naive worker paid nobody twice\n')
  if (failures.length > 0 || !proven) process.exitCode = 1
  process.stdout.write(`${proofLine(proof)}\n`)
} catch (error) {
  process.stdout.write(`FAILED: ${error instanceof Error ? error.stack : String(error)}\n`)
  process.exitCode = 1
} finally {
  clearTimeout(time_is_up)
}
