import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ProviderError } from '../../lib/errors.ts'
import { sleep } from '../../lib/clock.ts'
import { judgeBlock } from './chainsCheck.ts'
import type { Patient } from './check.ts'
import { judgeConnections, judgeServer, judgeSkew } from './databaseChecks.ts'
import { type Finding, ok } from './finding.ts'
import { nodeCheck } from './nodeCheck.ts'
import { judgeScheme } from './publicUrlCheck.ts'
import { runChecks } from './runChecks.ts'
import { judgeProxies } from './settingsChecks.ts'

/** Bounds that no test can bring about on one machine: an old Node, a clock that is off, a chain that stands still. */
function cases<T>(
  name: string,
  judge: (input: T) => Finding | null,
  rows: [T, Finding['verdict'] | null][],
): void {
  describe(name, () => {
    for (const [input, verdict] of rows) {
      test(`${JSON.stringify(input)} is ${verdict}`, () => {
        const finding = judge(input)
        assert.equal(finding?.verdict ?? null, verdict)
        if (finding) assert.match(finding.message, /^(?:[A-Z0-9]|https?:).*\.$/)
        assert.equal(finding?.fix === undefined, verdict === 'ok' || verdict === null)
      })
    }
  })
}

cases('Node', nodeCheck, [
  ['24.12.0', 'ok'],
  ['24.21.0', 'ok'],
  ['26.0.0', 'ok'],
  ['24.11.9', 'fail'],
  ['22.21.0', 'fail'],
])
cases('skew', judgeSkew, [
  [0, 'ok'],
  [999, 'ok'],
  [-999, 'ok'],
  [1_000, 'warn'],
  [-59_999, 'warn'],
  [60_000, 'fail'],
  [-86_400_000, 'fail'],
])
cases('block age', (age: number) => judgeBlock('test chain x', 7n, age), [
  [-2, 'ok'],
  [119, 'ok'],
  [120, 'warn'],
  [899, 'warn'],
  [900, 'fail'],
])
cases('block age on Bitcoin', (age: number) => judgeBlock('test chain x', 7n, age, 600), [
  [3_599, 'ok'],
  [3_600, 'warn'],
  [10_799, 'warn'],
  [10_800, 'fail'],
])
cases('server', (version_number: number) => judgeServer({ version: '?', version_number, read_only: false }), [
  [159_999, 'fail'],
  [160_000, 'ok'],
])
cases(
  'standby',
  (read_only: boolean) => judgeServer({ version: '17.2', version_number: 170_002, read_only }),
  [
    [true, 'fail'],
    [false, 'ok'],
  ],
)
cases(
  'connections',
  ([pool, max_connections]: [number, number]) =>
    judgeConnections(pool, { max_connections, reserved_connections: 3 }),
  [
    [[20, 100], 'ok'],
    [[20, 43], 'ok'],
    [[20, 42], 'warn'],
    [[20, 23], 'warn'],
    [[20, 22], 'fail'],
  ],
)
cases(
  'public URL',
  ([public_url, is_live]: [string, boolean]) =>
    judgeScheme({ public_url, live: is_live ? ({} as Parameters<typeof judgeScheme>[0]['live']) : null }),
  [
    [['https://pay.example', true], null],
    [['http://pay.example', false], 'warn'],
    [['http://pay.example', true], 'fail'],
    [['http://10.0.0.7:4242', false], 'warn'],
    [['http://127.0.0.1:4242', false], null],
    [['http://[::1]:4242', false], null],
    [['http://localhost:4242', false], null],
    [['https://pay.example/skiro', false], 'fail'],
  ],
)
cases(
  'proxies',
  ([public_url, ...trusted_proxies]: [string, ...string[]]) =>
    judgeProxies({ public_url, trusted_proxies, host: '127.0.0.1' }),
  [
    [['http://127.0.0.1:4242'], 'ok'],
    [['https://pay.example'], 'warn'],
    [['https://pay.example', '10.0.0.0/8'], 'ok'],
    [['https://pay.example', '127.0.0.1/32', 'fd00::/8'], 'ok'],
    [['https://pay.example', '203.0.113.0/24'], 'ok'],
    [['https://pay.example', '0.0.0.0/1'], 'warn'],
    [['https://pay.example', '203.0.0.0/8'], 'warn'],
    [['https://pay.example', '2000::/3'], 'warn'],
  ],
)

describe('a check', () => {
  const patient = (server: Patient['server']) => ({ server, online: false }) as unknown as Patient
  const answers = patient(async () => await Promise.resolve({} as Awaited<ReturnType<Patient['server']>>))
  const silent = patient(async () => await Promise.reject(new Error('gone')))

  test('that throws or hangs is a line of its own and holds up no other', async () => {
    const never = new AbortController()
    const findings = await runChecks(
      [
        { name: 'a', run: () => [ok('a', 'Fine.')] },
        { name: 'b', run: () => Promise.reject(new ProviderError('x', 'unknown', 'it broke\nat secret')) },
        { name: 'c', run: async () => await sleep(60_000, never.signal).then(() => []) },
        {
          name: 'd',
          run: () => {
            throw new Error('')
          },
        },
        {
          name: 'e',
          run: async () => await Promise.reject(Object.assign(new Error('no'), { code: '42P01' })),
        },
        { name: 'f', run: () => [ok('f1', 'One.'), ok('f2', 'Two.')] },
      ],
      answers,
      100,
    )
    never.abort()
    assert.deepEqual(
      findings.map(({ check, verdict, message }) => [check, verdict, message]),
      [
        ['a', 'ok', 'Fine.'],
        ['b', 'fail', 'it broke.'],
        ['c', 'fail', 'No answer within 0.1 seconds.'],
        ['d', 'fail', 'It failed without a reason.'],
        ['e', 'skip', 'Cannot be asked before the migrations have run.'],
        ['f1', 'ok', 'One.'],
        ['f2', 'ok', 'Two.'],
      ],
    )
  })

  test('that needs the database is skipped while it does not answer', async () => {
    const check = { name: 'a', needs_database: true, run: () => [ok('a', 'Fine.')] } as const
    assert.equal((await runChecks([check], silent))[0]?.verdict, 'skip')
    assert.equal((await runChecks([check], answers))[0]?.verdict, 'ok')
  })
})
