import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tidy } from './tidy.ts'

const S = 'packages/server/src'
// Put together, or tidy would find them here.
const MACHINE = ['', 'home', 'someone', 'file'].join('/')
const LATER = ['TO', 'DO'].join('')

/** Findings of a repository of these files, as `path:line: message`. */
function found(files: Record<string, string>): string[] {
  return tidy(new Map(Object.entries(files))).map(({ path, line, message }) => `${path}:${line}: ${message}`)
}

function refused(from: string, to: string): boolean {
  return found({ [from]: `import { x } from '${to}'\n` }).length > 0
}

test('an import is refused or allowed by the rooms of both files', () => {
  const cases: [from: string, to: string, allowed: boolean][] = [
    [`${S}/lib/money.ts`, './assert.ts', true],
    [`${S}/lib/money.ts`, 'node:crypto', true],
    [`${S}/lib/money.ts`, 'viem', false],
    [`${S}/lib/money.ts`, '../db/sql.ts', false],
    [`${S}/db/sql.ts`, '../lib/assert.ts', true],
    [`${S}/db/sql.ts`, '../ledger/post.ts', false],
    [`${S}/ledger/post.ts`, '../db/sql.ts', true],
    [`${S}/ledger/post.ts`, '../events/record.ts', false],
    [`${S}/events/record.ts`, '../jobs/enqueue.ts', true],
    [`${S}/events/record.ts`, '../jobs/runner.ts', false],
    [`${S}/events/record.ts`, '../ledger/post.ts', false],
    [`${S}/jobs/runner.ts`, '../payouts/jobs.ts', false],
    [`${S}/adapters/chain.ts`, './signer.ts', true],
    [`${S}/adapters/chain.ts`, './registry.ts', false],
    [`${S}/adapters/chain.ts`, './chains/evm/index.ts', false],
    [`${S}/adapters/registry.ts`, './chains/evm/index.ts', true],
    [`${S}/adapters/registry.ts`, '../config.ts', true],
    [`${S}/adapters/registry.ts`, '../context.ts', false],
    [`${S}/adapters/conformance/venue.ts`, '../venue.ts', true],
    [`${S}/adapters/conformance/venue.ts`, '../venues/kraken/index.ts', false],
    [`${S}/adapters/venues/kraken/index.ts`, '../../venue.ts', true],
    [`${S}/adapters/venues/kraken/index.ts`, '../shared/levels.ts', true],
    [`${S}/adapters/venues/kraken/index.ts`, './pairs.ts', true],
    [`${S}/adapters/venues/kraken/index.ts`, '../../../lib/money.ts', true],
    [`${S}/adapters/venues/kraken/index.ts`, '../coinbase/pairs.ts', false],
    [`${S}/adapters/venues/kraken/index.ts`, '../../chain.ts', false],
    [`${S}/adapters/venues/kraken/index.ts`, '../../../db/sql.ts', false],
    [`${S}/adapters/venues/kraken/index.ts`, '../../../context.ts', false],
    [`${S}/adapters/venues/shared/levels.ts`, '../kraken/pairs.ts', false],
    [`${S}/adapters/chains/evm/index.ts`, '../../signer.ts', true],
    [`${S}/adapters/chains/evm/index.ts`, '../../../http/parse.ts', false],
    [`${S}/adapters/signers/local.ts`, '../signer.ts', true],
    [`${S}/adapters/signers/local.ts`, '../chain.ts', false],
    [`${S}/payouts/signPayout.ts`, '../adapters/chain.ts', true],
    [`${S}/payouts/signPayout.ts`, '../adapters/registry.ts', false],
    [`${S}/payouts/signPayout.ts`, '../adapters/chains/evm/index.ts', false],
    [`${S}/payouts/signPayout.ts`, '../transactions/store.ts', false],
    [`${S}/payouts/signPayout.ts`, '../context.ts', true],
    [`${S}/payouts/signPayout.ts`, '../config.ts', false],
    [`${S}/payouts/signPayout.ts`, '../wiring.ts', false],
    [`${S}/payouts/signPayout.ts`, '../http/parse.ts', false],
    [`${S}/payouts/routes.ts`, '../http/parse.ts', true],
    [`${S}/payouts/schema.ts`, '../http/paging.ts', true],
    [`${S}/page/routes.ts`, '../transactions/confirmTransaction.ts', true],
    [`${S}/page/routes.ts`, '../transactions/routes.ts', false],
    [`${S}/page/routes.ts`, '../payouts/store.ts', false],
    [`${S}/page/routes.ts`, '../db/sql.ts', false],
    [`${S}/http/parse.ts`, '../db/sql.ts', true],
    [`${S}/http/parse.ts`, '../merchants/store.ts', false],
    [`${S}/config.ts`, './lib/money.ts', true],
    [`${S}/config.ts`, './http/parse.ts', false],
    [`${S}/wiring.ts`, './payouts/store.ts', true],
    [`${S}/fraud/score.ts`, '../lib/money.ts', false],
    [`${S}/app.ts`, '../../sandbox/src/merchant.ts', false],
    [`${S}/app.ts`, 'skiro', false],
    [`${S}/app.ts`, 'skiro-sandbox', false],
    ['packages/sdk/src/index.ts', './money.ts', true],
    ['packages/sdk/src/index.ts', 'node:crypto', true],
    ['packages/sdk/src/index.ts', 'zod', false],
    ['packages/sdk/src/index.ts', '../../server/src/lib/money.ts', false],
    [`${S}/testHelpers/paySession.ts`, '../transactions/confirmTransaction.ts', true],
    [`${S}/testHelpers/paySession.ts`, '../transactions/routes.ts', false],
    [`${S}/testHelpers/paySession.ts`, '../db/sql.ts', false],
    ['packages/cli/src/run.ts', 'skiro', true],
    ['packages/cli/src/run.ts', 'commander', true],
    ['packages/cli/src/run.ts', './exit.ts', true],
    ['packages/cli/src/run.ts', 'skiro-server', false],
    ['packages/cli/src/run.ts', '../../sdk/src/attempt.ts', false],
    ['packages/cli/src/run.ts', '../../server/src/events/event.ts', false],
    ['packages/sandbox/src/main.ts', 'skiro', true],
    ['packages/sandbox/src/main.ts', 'fastify', true],
    ['packages/sandbox/src/main.ts', 'skiro-server', false],
    ['packages/sandbox/src/main.ts', '../../server/src/app.ts', false],
    ['packages/sandbox/src/main.test.ts', '../../server/src/app.ts', true],
    [`${S}/payouts/payout.test.ts`, '../../../sandbox/src/chain.ts', true],
    ['test/e2e/sale.test.ts', '../../packages/server/src/app.ts', true],
    ['scripts/check.ts', '../packages/server/src/app.ts', true],
  ]
  for (const [from, to, allowed] of cases) assert.equal(refused(from, to), !allowed, `${from} ← ${to}`)
})

test('every form of import is seen, and no text that only looks like one', () => {
  const path = `${S}/lib/ids.ts`
  for (const form of [
    "import 'pg'",
    "import pg from 'pg'",
    'import {\n  Pool,\n} from "pg"',
    "import type { Pool } from 'pg'",
    "export * from 'pg'",
    "export type { Pool } from 'pg'",
    "const pg = await import('pg')",
    "const a = /['\"]/\nimport pg from 'pg'",
    "const b = `${`${1}`} '`\nimport pg from 'pg'",
  ]) {
    const line = form.split('\n').length
    assert.deepEqual(found({ [path]: form }), [`${path}:${line}: lib imports nothing, not even pg`], form)
  }
  for (const form of [
    "// import pg from 'pg'",
    "/*\nimport pg from 'pg'\n*/",
    'const help = "import pg from \'pg\'"',
    "const help = `import pg from 'pg'`",
    "const bytes = Buffer.from('pg')",
  ]) {
    assert.deepEqual(found({ [path]: form }), [], form)
  }
})

test('files that import each other are refused, unless only types close the ring', () => {
  const ring = (back: string) => ({
    [`${S}/lib/a.ts`]: "import { b } from './b.ts'",
    [`${S}/lib/b.ts`]: "import { c } from './c.ts'",
    [`${S}/lib/c.ts`]: back,
  })
  assert.deepEqual(found(ring("import { a } from './a.ts'")), [
    `${S}/lib/a.ts:1: imports itself through ${S}/lib/b.ts → ${S}/lib/c.ts`,
  ])
  // This form still loads the file.
  assert.equal(found(ring("import { type A } from './a.ts'")).length, 1)
  assert.deepEqual(found(ring("import type { A } from './a.ts'")), [])
})

test('each text rule finds its violation, and leaves its own place and harmless text alone', () => {
  const cases: [message: RegExp, bad: string, own_place: string | null, harmless: string][] = [
    [/process\.env/, 'const url = process.env.DB', 'config.ts', '// process.env is read elsewhere'],
    [/process\.env/, 'const url = `${process.env.DB}`', 'config.ts', "const text = 'process.env'"],
    [/clock/, 'const now = Date.now()', 'lib/clock.ts', 'const then = Date.parse(text)'],
    [/clock/, 'const now = new Date()', 'lib/clock.ts', 'const then = new Date(row.created_at)'],
    [/clock/, 'const now = new Date', 'lib/clock.ts', 'const clock: () => Date = read'],
    [/SQL/, 'await sql.query(`select 1`)', 'payouts/store.ts', 'request.query as { mode: string }'],
    [/SQL/, 'await sql.query<{ id: string }>(TEXT)', 'db/sql.ts', 'const q = request.query'],
    [/SQL/, "const text = 'update payout set state = $1'", 'payouts/store.ts', "log('update the payout')"],
    [
      /SQL/,
      'one(tx, `\n  insert into x values (1)`)',
      'payouts/treasuryStore.ts',
      "const t = 'Insert a card'",
    ],
    [/SQL/, "const t = 'with x as (select 1) select'", 'db/x.ts', "const t = 'with care as ever'"],
    [/SQL/, "const t = 'SELECT id FROM payout'", 'db/x.ts', "const t = 'Select a coin from the list'"],
    [/floating/, 'const n = parseFloat(text)', 'lib/money.ts', '// parseFloat(text) would round'],
    [/floating/, 'const t = n.toFixed(2)', 'lib/money.ts', 'const t = n.toString()'],
    [/floating/, 'const n = Number(row.amount)', 'lib/money.ts', 'const n = Number(row.sequence)'],
    [/300 lines/, 'x\n'.repeat(301), null, 'x\n'.repeat(300)],
    [/one machine/, `const f = '${MACHINE}'`, null, "const u = 'https://a.example/home/x/y'"],
    [/do it or/, `// ${LATER}: more`, null, 'const todos = 1'],
  ]
  for (const [message, bad, own_place, harmless] of cases) {
    const [finding, ...more] = tidy(new Map([[`${S}/payouts/x.ts`, bad]]))
    assert.match(finding?.message ?? 'nothing', message, bad.slice(0, 60))
    assert.deepEqual(more, [])
    assert.deepEqual(found({ [`${S}/payouts/x.ts`]: harmless }), [], harmless.slice(0, 60))
    if (own_place !== null) assert.deepEqual(found({ [`${S}/${own_place}`]: bad }), [], own_place)
  }
})

test('the CLI asks nobody by itself but from its http folder', () => {
  const C = 'packages/cli/src'
  for (const bad of ["await fetch('http://x')", "import { request } from 'node:http'"]) {
    assert.match(found({ [`${C}/events/a.ts`]: bad })[0] ?? '', /through the SDK/)
    assert.deepEqual(found({ [`${C}/http/post.ts`]: bad, [`${S}/webhooks/a.ts`]: bad }), [])
  }
  assert.deepEqual(found({ [`${C}/events/a.ts`]: 'await skiro.events.list()' }), [])
})

test('tests have more room, and their own clock, SQL and environment', () => {
  const text = `const url = process.env.DB + Date.now()\nawait sql.query('select 1')\n${'x\n'.repeat(400)}`
  assert.deepEqual(found({ [`${S}/payouts/payout.test.ts`]: text, 'test/e2e/sale.test.ts': text }), [])
  assert.match(found({ 'test/e2e/sale.test.ts': 'x\n'.repeat(501) })[0] ?? '', /:501: over 500 lines/)
})
