import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { MUTANTS } from './list.ts'

const SOURCE = new URL('../../packages/server/src/', import.meta.url)

test('what each mutant changes stands once in its file', async () => {
  assert.ok(MUTANTS.length >= 30)
  for (const { name, file, changes } of MUTANTS) {
    const code = await readFile(new URL(file, SOURCE), 'utf8')
    for (const [from] of changes) assert.equal(code.split(from).length - 1, 1, `${name}, ${file}: ${from}`)
  }
})
