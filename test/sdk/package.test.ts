import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { startGateway } from './gateway.ts'
import { packSdk } from './packed.ts'
import { type Project, ROOT } from './project.ts'

const TSC = join(ROOT, 'node_modules/typescript/bin/tsc')
/** Bytes, gzipped, of all the code that `import { Skiro } from 'skiro'` brings. */
const SIZE_LIMIT = 12 * 1024

const [gateway, packed] = await Promise.all([startGateway(), packSdk()])
after(() => Promise.all([gateway.close(), packed.remove()]))

const env = { SKIRO_API_KEY: gateway.merchant.api_key, SKIRO_API_URL: gateway.url }

/** Uses the package as a shop would: creates, reads, fails, verifies. It prints `done` when all of it worked. */
const USE = `
async function main() {
  const skiro = new Skiro(process.env.SKIRO_API_KEY, { baseUrl: process.env.SKIRO_API_URL })
  const session = await skiro.checkout.create({ amount: '49.90', currency: 'EUR', payout_currency: 'USDT' })
  if (session.amount !== 49.9 || session.status !== 'pending') throw new Error('created ' + JSON.stringify(session))
  if ((await skiro.checkout.expire(session.id)).status !== 'expired') throw new Error('not expired')
  const error = await skiro.checkout.expire(session.id).catch((caught) => caught)
  if (!(error instanceof ConflictError) || error.code !== 'session_not_pending') throw error
  const found = []
  for await (const { id } of skiro.checkout.list({ limit: 1 })) found.push(id)
  if (!found.includes(session.id)) throw new Error('not listed')
  const payload = JSON.stringify({ id: 'evt_1', type: 'webhook.test', data: {} })
  const header = webhooks.generateTestHeader({ payload, secret: 'whsec_a' })
  if (skiro.webhooks.constructEvent(payload, header, 'whsec_a').id !== 'evt_1') throw new Error('no event')
  console.log('done')
}
main().catch((error) => { console.error(error); process.exitCode = 1 })
`

/** The Node that runs this test, and every other one on the PATH that the package says it runs on. */
const nodes = [process.execPath, ...otherNodes()]

function otherNodes(): string[] {
  const version = (node: string) => spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout?.trim() ?? ''
  const seen = new Set([version(process.execPath)])
  return (process.env.PATH ?? '').split(delimiter).flatMap((folder) => {
    const node = join(folder, 'node')
    if (!existsSync(node)) return []
    const found = version(node)
    if (seen.has(found) || !(Number(/^v(\d+)/.exec(found)?.[1]) >= 20)) return []
    seen.add(found)
    return [node]
  })
}

async function usedBy(project: Project, file: string): Promise<void> {
  for (const node of nodes)
    assert.deepEqual(await project.run(node, [file], env), { status: 0, out: 'done\n' }, node)
}

describe('the packed SDK runs in', () => {
  it('an ES module', async () => {
    const head = `import { ConflictError, Skiro, webhooks } from 'skiro'`
    await usedBy(await packed.install({ 'use.mjs': head + USE }), 'use.mjs')
  })

  it('CommonJS', async () => {
    const head = `const { ConflictError, Skiro, webhooks } = require('skiro')`
    await usedBy(await packed.install({ 'use.js': head + USE }), 'use.js')
  })

  it('CommonJS that imports it later', async () => {
    const head = `let ConflictError, Skiro, webhooks
      const imported = import('skiro').then((all) => ({ ConflictError, Skiro, webhooks } = all))`
    const use = USE.replace('{\n', '{\n  await imported\n')
    await usedBy(await packed.install({ 'use.cjs': head + use }), 'use.cjs')
  })
})

/** A program whose types are checked; the lines that must not pass show that the types are not `any`. */
const TYPED = `
import { ConflictError, type ListRequest, type Payout, Skiro, type SkiroEvent, type Transaction, webhooks } from 'skiro'

export async function typed(skiro: Skiro): Promise<void> {
  const session = await skiro.checkout.create({ amount: 1, currency: 'USD', payout_currency: 'BTC' }, { maxRetries: 0 })
  const status: 'pending' | 'completed' | 'failed' | 'expired' = session.status
  const list: ListRequest<Transaction> = skiro.transactions.list({ from: new Date(), status: 'completed' })
  const page = await list
  const total: number = page.pagination.total
  for await (const transaction of list) { const rate: string | undefined = transaction.conversion?.rate; void rate }
  void [status, total]
  // @ts-expect-error no such currency
  void skiro.checkout.create({ amount: 1, currency: 'XXX', payout_currency: 'BTC' })
  // @ts-expect-error no such status
  void skiro.payouts.list({ status: 'lost' })
  // @ts-expect-error no such field
  void session.nothing
}

export function told(event: SkiroEvent): Payout | null {
  switch (event.type) {
    case 'payout.completed': return event.data
    // @ts-expect-error a session is no payout
    case 'checkout.expired': return event.data
    default: return null
  }
}

export const failed = (error: unknown): string | null => error instanceof ConflictError ? error.request_id : null
export const event: SkiroEvent = webhooks.constructEvent(new Uint8Array(1), ['a'], 'whsec_a')
`

type Kind = {
  name: string
  file: string
  /** Which of the two builds TypeScript has to find. */
  build: 'esm' | 'cjs'
  options: Readonly<Record<string, unknown>>
}

const dom = { lib: ['es2022', 'dom'], types: [] }
const node = { lib: ['es2022'], types: ['node'], typeRoots: [join(ROOT, 'node_modules/@types')] }
const KINDS: Kind[] = [
  { name: 'nodenext, ES module', file: 'a.mts', build: 'esm', options: { module: 'nodenext', ...dom } },
  { name: 'nodenext, CommonJS', file: 'a.cts', build: 'cjs', options: { module: 'nodenext', ...dom } },
  { name: 'node16, ES module', file: 'a.mts', build: 'esm', options: { module: 'node16', ...dom } },
  { name: 'node16, CommonJS', file: 'a.cts', build: 'cjs', options: { module: 'node16', ...dom } },
  { name: 'node20 with @types/node', file: 'a.mts', build: 'esm', options: { module: 'node20', ...node } },
  {
    name: 'a bundler',
    file: 'a.ts',
    build: 'esm',
    options: { module: 'esnext', moduleResolution: 'bundler', ...dom },
  },
  {
    name: 'a bundler that keeps modules',
    file: 'a.ts',
    build: 'esm',
    options: { module: 'preserve', moduleResolution: 'bundler', ...dom },
  },
  {
    name: 'a bundler to CommonJS',
    file: 'a.ts',
    build: 'cjs',
    options: { module: 'commonjs', moduleResolution: 'bundler', ...dom },
  },
]

describe('its types are right in', () => {
  let project: Project
  before(async () => {
    project = await packed.install({})
  })

  for (const { name, file, build, options } of KINDS) {
    it(name, async () => {
      const folder = name.replace(/\W+/g, '_')
      const checks = {
        strict: true,
        exactOptionalPropertyTypes: true,
        noUncheckedIndexedAccess: true,
        noEmit: true,
      }
      await project.write({
        [`${folder}/${file}`]: TYPED,
        // Without skipLibCheck the package's own declarations are checked as well.
        [`${folder}/tsconfig.json`]: {
          compilerOptions: { target: 'es2022', ...checks, ...options },
          files: [file],
        },
      })
      const { status, out } = await project.run(process.execPath, [TSC, '-p', folder, '--listFiles'])
      assert.equal(status, 0, out)
      const builds = new Set(out.match(/(?<=node_modules\/skiro\/dist\/)\w+/g))
      assert.deepEqual([...builds], [build])
    })
  }
})

describe('a TypeScript project compiles and runs as', () => {
  const compilerOptions = { target: 'es2022', module: 'nodenext', strict: true, outDir: 'out', ...node }
  // The snippet is JavaScript; these are the types that it leaves open.
  const source = `import { ConflictError, Skiro, webhooks } from 'skiro'${USE}`
    .replace('process.env.SKIRO_API_KEY', '$&!')
    .replace('const found = []', 'const found: string[] = []')

  for (const type of ['module', 'commonjs'] as const) {
    it(type, async () => {
      const project = await packed.install({
        'package.json': { private: true, type },
        'use.ts': source,
        'tsconfig.json': { compilerOptions, files: ['use.ts'] },
      })
      assert.deepEqual(await project.run(process.execPath, [TSC]), { status: 0, out: '' })
      const built = readFileSync(join(project.dir, 'out/use.js'), 'utf8')
      assert.match(built, type === 'module' ? /from 'skiro'/ : /require\("skiro"\)/)
      await usedBy(project, 'out/use.js')
    })
  }
})

describe('the tarball', () => {
  let home: string
  before(async () => {
    home = join((await packed.install({})).dir, 'node_modules/skiro')
  })

  it('has no dependency and no test', () => {
    const manifest = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as Record<string, unknown>
    for (const name of Object.keys(manifest)) assert.doesNotMatch(name, /dependencies$/i)
    assert.deepEqual(
      packed.files.filter((path) => /\.test\.|testServer/.test(path)),
      [],
    )
    assert.ok(packed.files.includes('README.md'))
  })

  it('imports nothing but its own files and node: modules', () => {
    for (const name of globSync('dist/**/*.{js,d.ts}', { cwd: home })) {
      const code = readFileSync(join(home, name), 'utf8')
      for (const [, from = ''] of code.matchAll(/(?:from |import\(|require\()["']([^"']+)["']/g)) {
        if (from.startsWith('node:')) continue
        const target = join(home, name, '..', from)
        assert.ok(from.startsWith('./') || from.startsWith('../'), `${name} imports ${from}`)
        assert.ok(
          existsSync(target) || existsSync(target.replace(/\.js$/, '.d.ts')),
          `${name} imports ${from}`,
        )
      }
    }
  })

  it('is small', () => {
    // Comments and indentation are all that is taken away, so what a real minifier leaves is smaller still.
    const code = globSync('dist/esm/**/*.js', { cwd: home }).map((name) =>
      readFileSync(join(home, name), 'utf8')
        .replace(/^\s*(?:\/\*\*[^]*?\*\/|\/\/.*)$/gm, '')
        .replace(/\n\s*/g, '\n'),
    )
    const size = gzipSync(code.join('\n'), { level: 9 }).length
    assert.ok(size > 2000, 'the code was found')
    assert.ok(size <= SIZE_LIMIT, `${size} bytes`)
  })
})
