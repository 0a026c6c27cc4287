/** `npm run build`: the package for ES modules in dist/esm and for CommonJS in dist/cjs, each with its types. */
import { spawnSync } from 'node:child_process'
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const BUILDS = [
  { project: 'tsconfig.esm.json', folder: 'esm', type: 'module' },
  { project: 'tsconfig.cjs.json', folder: 'cjs', type: 'commonjs' },
] as const

/** What is left of a file that only had types. */
const EMPTY =
  /^(?:"use strict";\s*Object\.defineProperty\(exports, "__esModule", \{ value: true \}\);|export \{\};)?\s*$/

const home = new URL('..', import.meta.url)
rmSync(new URL('dist', home), { recursive: true, force: true })
for (const { project, folder, type } of BUILDS) {
  const { status, error } = spawnSync('tsc', ['-p', project], {
    cwd: home,
    stdio: 'inherit',
    // npm's programs are scripts there, which only a shell starts.
    shell: process.platform === 'win32',
  })
  if (status !== 0) throw new Error(`tsc -p ${project} failed`, { cause: error })
  const out = fileURLToPath(new URL(`dist/${folder}/`, home))
  for (const name of globSync('**/*.js', { cwd: out })) {
    const code = readFileSync(out + name, 'utf8').replace(/^\/\/.*$/gm, '')
    if (EMPTY.test(code)) for (const file of [name, `${name}.map`]) rmSync(out + file)
  }
  // tsc rewrites the endings of imports in code only. TypeScript before 5 takes no `.ts` in declarations.
  for (const name of globSync('**/*.d.ts', { cwd: out })) {
    const types = readFileSync(out + name, 'utf8')
    writeFileSync(out + name, types.replace(/((?:from |import\()["']\.[^"']+)\.ts(?=["'])/g, '$1.js'))
  }
  // What a file is decides the package.json above it, for Node as for TypeScript.
  writeFileSync(`${out}package.json`, `${JSON.stringify({ type, sideEffects: false })}\n`)
}
