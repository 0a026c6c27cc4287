/**
 * `node scripts/sdkTypes.ts`: whether packages/sdk/src/generated is what packages/server/openapi.json says; `--write`
 * writes it. Everything that the SDK knows about the API's shapes and paths comes from there. Our own generator, as
 * openapi-typescript needs the compiler API of TypeScript 5, which TypeScript 7 does not have.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { settle } from './drift.ts'
import { componentFiles, errorCodeFile } from './sdkTypes/components.ts'
import type { Document } from './sdkTypes/document.ts'
import { answerFiles, operationsFile, operationsOf, paramsFiles } from './sdkTypes/operations.ts'
import type { TypeFile } from './sdkTypes/typeFile.ts'

/** Every generated file, not yet formatted. */
export function sdkTypes(document: Document): TypeFile[] {
  const operations = operationsOf(document)
  return [
    ...componentFiles(document),
    ...paramsFiles(operations),
    ...answerFiles(operations),
    errorCodeFile(document),
    operationsFile(operations),
  ]
}

/** The files as the formatter, which checks every file of the repository, would leave them. */
function formatted(files: readonly TypeFile[], root: string): Map<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'skiro-sdk-types-'))
  try {
    cpSync(join(root, 'biome.json'), join(folder, 'biome.json'))
    for (const { name, text } of files) writeFileSync(join(folder, `${name}.ts`), text)
    const args = ['format', '--write', '--vcs-enabled=false', '.']
    const { status, stderr } = spawnSync(join(root, 'node_modules/.bin/biome'), args, {
      cwd: folder,
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(`biome failed: ${stderr}`)
    return new Map(files.map(({ name }) => [`${name}.ts`, readFileSync(join(folder, `${name}.ts`), 'utf8')]))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

if (import.meta.main) {
  const root = fileURLToPath(new URL('..', import.meta.url))
  const document = JSON.parse(readFileSync(join(root, 'packages/server/openapi.json'), 'utf8')) as Document
  const files = formatted(sdkTypes(document), root)
  const folder = new URL('../packages/sdk/src/generated/', import.meta.url)
  for (const [name, text] of files) await settle(new URL(name, folder), text, 'npm run generate')
  for (const name of readdirSync(folder).filter((one) => !files.has(one))) {
    if (process.argv.includes('--write')) rmSync(new URL(name, folder))
    else {
      process.stdout.write(`generated/${name} is of no use any more\nRun: npm run generate\n`)
      process.exitCode = 1
    }
  }
}
