import { type Check, type Patient, serverAnswers } from './check.ts'
import { fail, type Finding, skip } from './finding.ts'
import { sentence } from './sentence.ts'
import { within } from './within.ts'

/** A check that takes longer says so and holds up none of the others. */
const TIMEOUT_MS = 10_000

// A table or column that is not there: the line about migrations says it.
const NO_SCHEMA = new Set(['42P01', '42703', '3F000'])

/** Runs all checks at the same time; their findings in the order of the checks. Never rejects. */
export async function runChecks(
  checks: readonly Check[],
  patient: Patient,
  timeout_ms = TIMEOUT_MS,
): Promise<Finding[]> {
  const findings = await Promise.all(checks.map((check) => inTime(check, patient, timeout_ms)))
  return findings.flat()
}

async function inTime(check: Check, patient: Patient, timeout_ms: number): Promise<Finding[]> {
  return await within(guarded(check, patient), timeout_ms, () =>
    linesOf(check, patient).map((line) =>
      fail(
        line,
        `No answer within ${timeout_ms / 1000} seconds.`,
        'Find out what hangs, then run this again.',
      ),
    ),
  )
}

async function guarded(check: Check, patient: Patient): Promise<Finding[]> {
  const each = (finding: (line: string) => Finding) => linesOf(check, patient).map(finding)
  if (check.needs_database && !(await serverAnswers(patient)))
    return each((line) => skip(line, 'Cannot be asked while the database does not answer.'))
  try {
    return await check.run(patient)
  } catch (error) {
    if (NO_SCHEMA.has(String((error as { code?: unknown }).code)))
      return each((line) => skip(line, 'Cannot be asked before the migrations have run.'))
    return each((line) => fail(line, sentence(error), 'Find out why, then run this again.'))
  }
}

/** Never throws: adapters are built when first used, and an address of the settings may be none. */
function linesOf(check: Check, patient: Patient): readonly string[] {
  try {
    return check.lines?.(patient) ?? [check.name]
  } catch {
    return [check.name]
  }
}
