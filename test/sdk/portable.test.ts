import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, it } from 'node:test'
import { checkTypes, newProject, ROOT } from './project.ts'

// Deno, Bun and edge runtimes have what the web has, and `node:` modules when they are imported by that name.

const SOURCE = join(ROOT, 'packages/sdk/src')
const project = await newProject()
after(() => project.remove())

/** Compiles the SDK and `code` for a runtime that has the web's globals, `node:crypto`, and nothing else. */
async function compile(code: string) {
  await project.write({
    'use.ts': `import '${SOURCE}/index.ts'\n${code}`,
    'crypto.d.ts': `declare module 'node:crypto' {
      type Hmac = { update(data: string | Uint8Array): Hmac; digest(encoding: 'hex'): string }
      export function createHmac(algorithm: 'sha256', key: string): Hmac
      export function timingSafeEqual(a: Uint8Array, b: Uint8Array): boolean
    }`,
    'tsconfig.json': {
      compilerOptions: {
        target: 'es2022',
        lib: ['es2022', 'dom', 'dom.asynciterable'],
        module: 'nodenext',
        types: [],
        strict: true,
        allowImportingTsExtensions: true,
        noEmit: true,
      },
      files: ['use.ts', 'crypto.d.ts'],
    },
  })
  return await checkTypes(project)
}

it('uses no global that only Node has', async () => {
  assert.deepEqual(await compile(''), { status: 0, out: '' })
  const globals = ['Buffer', 'process', 'setImmediate', 'require', '__dirname']
  const { status, out } = await compile(`void [${globals.join()}]`)
  assert.notEqual(status, 0)
  for (const global of globals) assert.match(out, new RegExp(`Cannot find name '${global}'`))
})

it('imports Node’s modules by their node: names only', () => {
  const names = globSync('**/*.ts', { cwd: SOURCE, exclude: ['**/*.test.ts', 'testServer.ts'] })
  assert.ok(names.length > 20)
  const modules = names.flatMap((name) => {
    const code = readFileSync(join(SOURCE, name), 'utf8')
    return [...code.matchAll(/(?:from|import)\s*\(?\s*'([^'.][^']*)'/g)].map(([, module]) => module)
  })
  assert.deepEqual([...new Set(modules)], ['node:crypto'])
})
