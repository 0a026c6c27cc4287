import { ConfigError } from '../config.ts'
import type { Context } from '../context.ts'
import { defineCommand, type Outcome } from './command.ts'
import type { Patient } from './doctor/check.ts'
import { fail, type Finding } from './doctor/finding.ts'
import { nodeCheck } from './doctor/nodeCheck.ts'
import { runChecks } from './doctor/runChecks.ts'
import { sentence } from './doctor/sentence.ts'
import { serverFacts, type ServerFacts } from './doctor/store.ts'
import { within } from './doctor/within.ts'

const DATABASE_MS = 5_000

export const doctor = defineCommand({
  name: 'doctor',
  summary: 'check this deployment and say what to mend',
  details: [
    'Looks at settings, database, keys, acquirer, exchanges, chains, wallets and waiting work; changes nothing.',
    'Each line is ok, warn, fail, or skip (could not be asked because another line failed). Exit code 1 when one fails.',
  ].join('\n'),
  example: 'doctor --json',
  options: {
    offline: {
      type: 'boolean',
      help: 'do not call the public URL: before `serve` runs, or where it is not reachable',
    },
  },
  async run({ offline }, { context }) {
    const node = nodeCheck(process.versions.node)
    try {
      const [ctx, { CHECKS }] = await Promise.all([context('adapters'), import('./doctor/checks.ts')])
      return report([node, ...(await runChecks(CHECKS, patientOf(ctx, !offline)))])
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      const fix =
        'Correct it; docs/operations.md explains every setting. The rest is looked at when all are right.'
      return report([node, ...error.problems.map((problem) => fail('settings', sentence(problem), fix))])
    }
  },
})

function patientOf(ctx: Context, online: boolean): Patient {
  let asked: Promise<ServerFacts> | undefined
  const server = async () =>
    await within(serverFacts(ctx.db), DATABASE_MS, () => {
      throw new Error(`no answer within ${DATABASE_MS / 1000} seconds`)
    })
  return { ctx, online, server: () => (asked ??= server()) }
}

function report(findings: readonly Finding[]): Outcome {
  const count = (verdict: Finding['verdict']) =>
    findings.filter((finding) => finding.verdict === verdict).length
  const counts = { ok: count('ok'), warn: count('warn'), fail: count('fail'), skip: count('skip') }
  const width = Math.max(...findings.map(({ check }) => check.length))
  const lines = findings.map(({ check, verdict, message, fix }) => {
    const line = `${verdict.padEnd(4)}  ${check.padEnd(width)}  ${message}\n`
    return fix === undefined ? line : `${line}${' '.repeat(width + 8)}→ ${fix}\n`
  })
  const summary = Object.entries(counts).flatMap(([verdict, n]) => (n > 0 ? [`${n} ${verdict}`] : []))
  return {
    json: { object: 'diagnosis', ok: counts.fail === 0, counts, checks: findings },
    text: `${lines.join('')}\n${summary.join(', ')}\n`,
    failed: counts.fail > 0,
  }
}
