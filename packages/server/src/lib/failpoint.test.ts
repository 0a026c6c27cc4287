import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { FAILPOINTS, armFailpoint, failpoint } from './failpoint.ts'

test('nothing happens at any point until one is armed, and then only there', () => {
  for (const name of FAILPOINTS) failpoint(name)
  const killed: string[] = []
  for (const armed of FAILPOINTS) {
    armFailpoint(armed, () => killed.push(armed))
    for (const name of FAILPOINTS) failpoint(name)
  }
  assert.deepEqual(killed, [...FAILPOINTS])
  assert.equal(new Set(FAILPOINTS).size, FAILPOINTS.length)
})

test('an armed point ends a real process as kill -9 does: nothing after it runs', () => {
  const module = new URL('./failpoint.ts', import.meta.url).href
  const code = `
    import { armFailpoint, failpoint } from '${module}'
    process.on('exit', () => console.log('exit handler'))
    if (process.argv[1] !== 'none') armFailpoint(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))
    console.log('before')
    failpoint('payout.signed')
    console.log('after')`
  const run = (name: string) =>
    spawnSync(process.execPath, ['--input-type=module', '-e', code, name], { encoding: 'utf8' })
  const armed = run('payout.signed')
  assert.deepEqual([armed.signal, armed.stdout], ['SIGKILL', 'before\n'])
  for (const name of ['none', 'payout.broadcast']) {
    const other = run(name)
    assert.deepEqual([other.status, other.stdout], [0, 'before\nafter\nexit handler\n'])
  }
})
