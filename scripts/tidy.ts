/** `node scripts/tidy.ts`: what no other tool checks: who imports whom, and what may stand where. */
import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { findCycles, type Import, importsOf } from './tidy/imports.ts'
import { refusal } from './tidy/rooms.ts'
import { isTest, RULES } from './tidy/rules.ts'
import { lineOf, readSource } from './tidy/source.ts'

export type Finding = { readonly path: string; readonly line: number; readonly message: string }

/** Every violation in `files`, which maps paths from the repository's root, with slashes, to their texts. */
export function tidy(files: ReadonlyMap<string, string>): Finding[] {
  const findings: Finding[] = []
  const imports: Import[] = []
  for (const [path, text] of files) {
    const source = readSource(path, text)
    const report = (at: number, message: string) => findings.push({ path, line: lineOf(text, at), message })
    for (const rule of RULES) {
      if (rule.holds_in(path)) for (const at of rule.find(source)) report(at, rule.message)
    }
    if (!/\.m?[tj]s$/.test(path)) continue
    for (const edge of importsOf(source)) {
      const message = isTest(path) ? null : refusal(edge)
      if (message !== null) report(edge.at, message)
      imports.push(edge)
    }
  }
  const inside = imports.filter(({ from, to }) => isSource(from) && isSource(to))
  for (const [path = '', ...rest] of findCycles(inside)) {
    findings.push({
      path,
      line: 1,
      message: `imports itself through ${rest.slice(0, -1).join(' → ') || 'itself'}`,
    })
  }
  return findings
}

const isSource = (path: string) => path.startsWith('packages/') && !isTest(path)

const SKIPPED = new Set(['node_modules', 'dist', 'artifacts', '.git', '.skiro', 'package-lock.json'])
const TEXT = /(?:\.(?:[mc]?[tj]s|json|md|sql|sol|css|html|ya?ml|sh)|Dockerfile|^\.ci\/run)$/

function readRepository(root: string): Map<string, string> {
  const paths = globSync('{*,.ci/*,{packages,test,scripts,bench,contracts,docs,examples}/**/*}', {
    cwd: root,
    exclude: (name) => SKIPPED.has(name.split('/').at(-1) ?? ''),
  })
  const texts = paths.filter((path) => TEXT.test(path)).toSorted()
  return new Map(texts.map((path) => [path, readFileSync(`${root}/${path}`, 'utf8')]))
}

if (import.meta.main) {
  const findings = tidy(readRepository(fileURLToPath(new URL('..', import.meta.url))))
  for (const { path, line, message } of findings) process.stdout.write(`${path}:${line}: ${message}\n`)
  process.exitCode = findings.length > 0 ? 1 : 0
}
