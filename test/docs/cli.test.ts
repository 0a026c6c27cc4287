/** docs/cli.md names what there is: scenarios, exit codes, checks and grades. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { CHECKS } from '../../packages/cli/src/doctor/examine.ts'
import { EXIT } from '../../packages/cli/src/exit.ts'
import { SCENARIOS } from '../../packages/cli/src/trigger/scenarios.ts'

const guide = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8')
const rows = (cell: RegExp) => [...guide.matchAll(cell)].map(([, ...cells]) => cells)

test('every scenario, with what happens', () => {
  const listed = SCENARIOS.map(({ name, summary }) => [name, summary])
  assert.deepEqual(rows(/^\| `([\w.]+)` \| (.+) \|$/gm), listed)
})

test('every exit code, also in the README', () => {
  const codes = Object.values(EXIT)
  const readme = readFileSync(new URL('../../packages/cli/README.md', import.meta.url), 'utf8')
  assert.deepEqual(
    [...readme.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code)),
    codes,
  )
  assert.deepEqual(
    rows(/^\| (\d+) \|/gm).map(([code]) => Number(code)),
    codes,
  )
})

test('the example of the doctor shows every check, in the order in which they are made', () => {
  const shown = rows(/^(?:ok {2}|FAIL) {2}(\w+) +(.+?): /gm).map(([name, title]) => [name, title])
  assert.deepEqual(
    shown,
    CHECKS.map(({ name, title }) => [name, title]),
  )
})
