/** The doctor finds each flaw by name, and nothing else, in handlers that have one; and nothing in one that has none. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { eventually } from '../support/pay.ts'
import { type Terminal, terminal } from './cli.ts'
import { type Flaw, SECRET, startHandler } from './handlers.ts'

type Report = {
  grade: string
  sees_effects: boolean
  checks: { name: string; verdict: 'pass' | 'warn' | 'fail' | 'skip'; did: string; advice: string | null }[]
}

/** What fails, warnings aside, and the grade. */
const EXPECTED: Record<Flaw, readonly [grade: string, ...failed: string[]]> = {
  takes_anything: ['F', 'unsigned', 'wrong_secret', 'tampered_body', 'stale'],
  looks_only_for_a_header: ['F', 'wrong_secret', 'tampered_body', 'stale'],
  ignores_the_time: ['D', 'stale'],
  verifies_the_id_only: ['F', 'tampered_body'],
  other_secret: ['F', 'valid'],
  redirects: ['F', 'valid'],
  takes_the_first_signature_only: ['C', 'rotation'],
  refuses_what_it_knows: ['C', 'duplicate', 'concurrent'],
  ships_twice: ['C', 'duplicate', 'concurrent'],
  breaks_when_two_come_at_once: ['C', 'concurrent'],
  refuses_older_events: ['C', 'reordered'],
  refuses_unknown_types: ['C', 'unknown_type'],
  small_body_limit: ['C', 'large'],
  impatient: ['C', 'slow'],
  breaks_on_forgeries: ['B'],
  answers_late: ['B'],
}

let t: Terminal
before(async () => {
  t = await terminal()
})
after(() => t.close())

async function examined(flaw: Flaw | null, effects = true) {
  const handler = await startHandler(flaw)
  try {
    const more = effects ? ['--effects-url', handler.effects_url] : []
    const ran = await t.skiro(
      ['doctor', 'webhook', handler.url, '--secret', '-', '--json', ...more],
      {},
      SECRET,
    )
    const report = JSON.parse(ran.out) as Report
    const named = (verdict: string) => report.checks.filter((one) => one.verdict === verdict)
    const failed = named('fail').map(({ name }) => name)
    assert.equal(ran.status, failed.length > 0 ? 6 : 0, ran.err)
    assert.ok(!`${ran.out}${ran.err}`.includes(SECRET), 'the secret is shown')
    return { report, failed, warned: named('warn').map(({ name }) => name), skipped: named('skip').length }
  } finally {
    await handler.close()
  }
}

test('a good handler passes every check', async () => {
  const { report, failed } = await examined(null)
  assert.deepEqual(failed, [])
  // How fast it answered is the machine's affair.
  const passed = report.checks.filter(({ verdict }) => verdict === 'pass').map(({ name }) => name)
  assert.deepEqual(
    passed.filter((name) => name !== 'speed'),
    [
      ...['valid', 'unsigned', 'wrong_secret', 'tampered_body', 'stale', 'rotation', 'unknown_type'],
      ...['duplicate', 'reordered', 'large', 'slow', 'concurrent'],
    ],
  )
})

// A few at a time: they mostly wait for the slow delivery.
const flaws = Object.entries(EXPECTED) as [Flaw, readonly [string, ...string[]]][]
test('every flaw is found, and called by its name', { concurrency: 4 }, async (group) => {
  await Promise.all(
    flaws.map(([flaw, [grade, ...expected]]) =>
      group.test(flaw, async () => {
        const { report, failed, warned, skipped } = await examined(flaw)
        assert.deepEqual(failed, expected)
        assert.equal(report.grade, grade)
        assert.equal(skipped > 0, expected[0] === 'valid', 'says more than can be seen, or less')
        if (flaw === 'breaks_on_forgeries') assert.ok(warned.includes('unsigned') && warned.includes('stale'))
        if (flaw === 'answers_late') assert.ok(warned.includes('speed'))
        for (const { verdict, advice } of report.checks)
          assert.equal(advice !== null, /^(?:fail|warn)$/.test(verdict))
      }),
    ),
  )
})

test('without --effects-url it says that it cannot see a double effect', async () => {
  const { report, failed } = await examined('ships_twice', false)
  assert.deepEqual([failed, report.sees_effects], [[], false])
})

test('people read one line for each check, advice, and the grade; where nobody listens it ends with 5', async () => {
  const handler = await startHandler('ignores_the_time')
  const args = ['doctor', 'webhook', handler.url, '--secret', SECRET]
  const ran = await t.skiro(args)
  await handler.close()
  assert.equal(ran.status, 6)
  assert.match(
    ran.out,
    /^FAIL {2}stale +signed an hour ago: answered 204.*\n {6}A delivery that somebody recorded/m,
  )
  assert.match(ran.out, /^Grade D\. Answers took \d+ ms/m)
  assert.match(ran.out, /Not seen: whether an event that came twice was handled twice/)
  assert.equal((await t.skiro(args)).status, 5)
})

test('Ctrl-C ends it between two checks, with 130 and no grade', async () => {
  const handler = await startHandler(null)
  const running = t.start(['doctor', 'webhook', handler.url, '--secret', SECRET])
  await eventually('the first check', 20, async () => running.out().includes('valid'))
  const { status, out } = await running.end()
  await handler.close()
  assert.equal(status, 130)
  assert.doesNotMatch(out, /Grade/)
})
