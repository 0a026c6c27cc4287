import assert from 'node:assert/strict'
import { test } from 'node:test'
import { printFlame, toFlame } from './flame.ts'

const call = (functionName: string, url = '') => ({ functionName, url, lineNumber: 1 })
const profile = {
  nodes: [
    { id: 1, callFrame: call('(root)'), children: [2, 3, 6] },
    { id: 2, callFrame: call('(idle)') },
    { id: 3, callFrame: call('send', 'file:///x/packages/server/src/app.ts'), children: [4, 5] },
    { id: 4, callFrame: call('write', 'file:///x/node_modules/else/client.js') },
    { id: 5, callFrame: call('rare') },
    { id: 6, callFrame: call('(garbage collector)') },
  ],
  samples: [2, 3, 4, 4, 5, 6],
  timeDeltas: [1000, 10, 40, 40, 1, 9],
}

test('adds up busy time along the stack and leaves waiting out', () => {
  const root = toFlame(profile)
  assert.equal(root.total, 100)
  const send = root.children.get('send app.ts')
  assert.deepEqual([send?.total, send?.self], [91, 10])
  assert.equal(send?.children.get('write else/client.js')?.self, 80)
  const lines = printFlame(root).split('\n')
  assert.equal(lines.length, 5)
  assert.match(lines[2] ?? '', /91\.0 {2}10\.0 {2}· send app\.ts$/)
  assert.doesNotMatch(lines.join(), /rare|idle/)
})
