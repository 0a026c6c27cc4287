/**
 * `npm run fuzz -- [--seconds 60] [--seed N] [--only N]`: odd requests for a gateway of its own, for as long as you like.
 * Prints the seed; `--only` sends one request of that seed again. Ends with status 1 when an answer was not a proper one.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { startPostgres } from '../packages/sandbox/src/postgres.ts'
import { type Finding, fuzz } from '../test/fuzz/fuzz.ts'
import { SLOW_SECONDS, slowClients } from '../test/fuzz/slowClients.ts'
import { fuzzTarget } from '../test/fuzz/target.ts'
import { makeTemplate } from '../test/support/makeTemplate.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    only: { type: 'string' },
  },
})
const seed = Number(values.seed)
const say = (line: string) => process.stdout.write(`${line}\n`)

const folder = await mkdtemp(join(tmpdir(), 'skiro-fuzz-'))
const postgres = await startPostgres({
  dir: join(folder, 'postgres'),
  log_file: join(folder, 'postgres.log'),
})
try {
  await makeTemplate(postgres)
  process.exitCode = (await run()) ? 0 : 1
} finally {
  await postgres.stop()
  await rm(folder, { recursive: true, force: true })
}

/** Whether nothing was found. The gateway's own log lines about errors go to the terminal. */
async function run(): Promise<boolean> {
  const { target, close } = await fuzzTarget({ SKIRO_LOG_LEVEL: 'error' })
  try {
    if (values.only !== undefined) {
      const { findings, statuses } = await fuzz(target, { seed, first: Number(values.only), count: 1 })
      say(`seed ${seed}, request ${values.only}: ${JSON.stringify(statuses)}`)
      report(findings)
      return findings.length === 0
    }
    say(`seed ${seed}, for ${values.seconds} s`)
    await fuzz(target, { seed, count: 1000 })
    const heap_before = heapInMb()
    let shown = performance.now()
    const slow = Number(values.seconds) >= SLOW_SECONDS ? slowClients(target) : []
    const { requests, seconds, statuses, findings } = await fuzz(target, {
      seed,
      count: Number.MAX_SAFE_INTEGER,
      seconds: Number(values.seconds),
      onProgress(sent) {
        if (performance.now() - shown < 10_000) return
        shown = performance.now()
        say(`${sent} requests, heap ${heapInMb()} MB`)
      },
    })
    say(`${requests} requests in ${seconds.toFixed(0)} s: ${JSON.stringify(statuses)}`)
    say(`heap ${heap_before} MB after the first thousand, ${heapInMb()} MB at the end`)
    report(findings)
    const slow_found = await slow
    for (const complaint of slow_found) say(complaint)
    return findings.length === 0 && slow_found.length === 0
  } finally {
    await close()
  }
}

function report(findings: readonly Finding[]): void {
  for (const { number, complaint, request, answer } of findings) {
    say(`\nrequest ${number}: ${complaint}\n  ${request}\n${answer.replace(/^/gm, '  | ')}`)
  }
  if (findings.length > 0)
    say(`\n${findings.length} findings. One again: npm run fuzz -- --seed ${seed} --only N`)
}

/** What is in use, after collecting what is not. */
function heapInMb(): number {
  setFlagsFromString('--expose-gc')
  ;(runInNewContext('gc') as () => void)()
  return Math.round(process.memoryUsage().heapUsed / 1024 / 1024)
}
