/**
 * `npm run soak [-- --events 10000] [--kills 50] [--seed N] [--minutes 15] [--write]`: webhooks with receivers that fail,
 * gateways that are killed, a rotation and an outage of six simulated hours. Prints the figures, the last line for
 * programs; `--write` also puts the table into bench/README.md. Ends with status 1 when anything was lost or wrong.
 */
import { parseArgs } from 'node:util'
import { startBenchWorld } from '../../bench/benchWorld.ts'
import { loadBefore, machineLine } from '../../bench/report/machine.ts'
import { writeSection } from '../../bench/report/writeSection.ts'
import { countSoak } from './figures.ts'
import { judge } from './judge/judge.ts'
import { soakLine, soakTable } from './report.ts'
import { soak } from './soak.ts'

const IDS_SHOWN = 10
const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '10000' },
    kills: { type: 'string', default: '50' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    'fail-share': { type: 'string', default: '0.3' },
    'outage-hours': { type: 'string', default: '6' },
    minutes: { type: 'string', default: '15' },
    write: { type: 'boolean', default: false },
  },
})
const number = (name: Exclude<keyof typeof values, 'seed' | 'write'>, least = 0) => {
  const value = Number(values[name])
  if (value >= least) return value
  process.stderr.write(`--${name} must be a number from ${least} up.\n`)
  process.exit(2)
}
const options = {
  events: number('events', 1),
  kills: number('kills'),
  seed: values.seed,
  fail_share: number('fail-share'),
  outage_hours: number('outage-hours'),
  bursts: [0, 10, 60, 180],
  slack_share: 0.1,
}
const minutes = number('minutes')
const started = performance.now()
const seconds = () => (performance.now() - started) / 1000
const say = (line: string) => void process.stderr.write(`${seconds().toFixed(0).padStart(5)} s  ${line}\n`)

say(`seed ${values.seed}`)
const { load } = loadBefore()
const { world, stop } = await startBenchWorld()
const broken_off = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => broken_off.abort(new Error(`told to stop by ${signal}`)))
}
const time_is_up = setTimeout(
  () => broken_off.abort(new Error(`not done after ${minutes} minutes`)),
  minutes * 60_000,
)
try {
  const result = await soak(world, { ...options, say, signal: broken_off.signal })
  const failures = judge(result.recording)
  const figures = countSoak(result, failures, seconds())
  const text = `${soakTable(figures)}\n\n${await machineLine(world.database.db)}; load before ${load}`
  process.stdout.write(`\n${text}\n\n`)
  for (const { kind, says, ids } of failures) {
    const more = ids.length > IDS_SHOWN ? `\n  and ${ids.length - IDS_SHOWN} more` : ''
    process.stdout.write(`FAILED ${kind}: ${says}\n  ${ids.slice(0, IDS_SHOWN).join('\n  ')}${more}\n`)
  }
  if (failures.length > 0) process.exitCode = 1
  else if (values.write) await writeSection('soak', text)
  process.stdout.write(`${soakLine(figures)}\n`)
} catch (error) {
  process.stdout.write(`FAILED: ${error instanceof Error ? error.stack : String(error)}\n`)
  process.exitCode = 1
} finally {
  clearTimeout(time_is_up)
  await stop()
}
