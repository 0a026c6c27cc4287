import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { COMMANDS } from './commands.ts'
import { CHECKS } from './doctor/checks.ts'
import { KINDS } from './reconcile/finding.ts'
import { parseCall } from './parseCall.ts'

const text = readFileSync(new URL('../../../../docs/operations.md', import.meta.url), 'utf8')

test('every call of skiro-server that docs/operations.md shows can be made', () => {
  const blocks = [...text.matchAll(/```sh\n([^]*?)```/g)].map(([, block = '']) => block)
  const calls = blocks
    .join('')
    .split('\n')
    .flatMap((line) => /^(?:npx |node \S+\/)?skiro-server(?:\.mjs)?\s+(.*)$/.exec(line)?.[1] ?? [])
  assert.ok(calls.length >= 8)
  for (const call of calls) {
    const words = [...call.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
    assert.equal(parseCall(words, COMMANDS).kind, 'run', call)
  }
})

test('the doctor that docs/operations.md shows has the lines that there are, in their order', () => {
  const shown = [...text.matchAll(/^(?:ok {2}|warn|fail|skip) {2}(\S+(?: \S+)*?) {2,}\S/gm)].map(
    ([, check = '']) => check,
  )
  const single = CHECKS.map(({ name }) => name).filter((name) => !/^(?:test|live) /.test(name))
  assert.deepEqual(
    shown.filter((check) => !check.startsWith('test ')),
    ['node', ...single],
  )
  assert.ok(shown.some((check) => check === 'test nonces base'))
})

test('every command has its place in docs/operations.md', () => {
  for (const { name } of COMMANDS) assert.ok(text.includes(`\`${name.split(' ')[0]}\``), name)
})

test('docs/operations.md says of every finding of `reconcile` what to do', () => {
  const rows = [...text.matchAll(/^\| `(\w+)` \| (.*) \|$/gm)].map(([, kind, action]) => [kind, action])
  const found = rows.filter(([kind]) => kind !== undefined && Object.hasOwn(KINDS, kind))
  assert.deepEqual(found, Object.entries(KINDS))
})
