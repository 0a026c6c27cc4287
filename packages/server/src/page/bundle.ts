import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { assert } from '../lib/assert.ts'

const IMPORT = /^import \{\s*\w+(?:,\s*\w+)*,?\s*\} from '\.\/(\w+\.ts)'$/gm
// Only such as have their lines to themselves: those cannot be in a string.
const COMMENT = /^[ \t]*(?:\/\/.*|\/\*\*[^]*?\*\/[ \t]*)$/gm
const EXPORT = /^export (?=async function |function |const )/gm

/**
 * The browser's TypeScript files as one classic script, without a build step: types are stripped and each import is
 * replaced by the file it names. It knows just enough: an import names a file beside the importer and renames nothing,
 * and top-level names are unique over all files; no text goes over several lines. Anything else is refused here, at start.
 */
export function bundle(entry: URL): string {
  return `'use strict'\n{\n${flatten(entry, new Set())}}\n`
}

function flatten(file: URL, seen: Set<string>): string {
  if (seen.has(file.href)) return ''
  seen.add(file.href)
  const script = stripTypes(readFileSync(file, 'utf8'))
    // What stripping leaves behind: trailing blanks, and lines that were nothing but types. Comments are for its writers.
    .replace(COMMENT, '')
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{2,}/g, '\n')
    .replace(EXPORT, '')
    .replace(IMPORT, (_, path: string) => flatten(new URL(path, file), seen))
  assert(
    !/^(import|export)\b/m.test(script),
    `${file.pathname} has an import or export that cannot be bundled`,
  )
  assert(
    script.split('\n').every((line) => line.split('`').length % 2 === 1),
    `${file.pathname} has a text of several lines that cannot be bundled`,
  )
  return script
}

// Node calls this function experimental on stderr at its first use, which would stand in every server's start log.
function stripTypes(source: string): string {
  const emitWarning = process.emitWarning.bind(process)
  process.emitWarning = () => {}
  try {
    return stripTypeScriptTypes(source, { mode: 'strip' })
  } finally {
    process.emitWarning = emitWarning
  }
}
