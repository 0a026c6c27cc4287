import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { glob, readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { ALL_FAILPOINTS, FAILPOINTS, armFailpoint, failpoint } from './failpoint.ts'

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

// test/crash kills the gateway at every name of each list there is.
test('every point of the code is in one of the lists, and every name of the lists is in the code', async () => {
  const home = new URL('../', import.meta.url).pathname
  const named = new Set<string>()
  for await (const file of glob('**/*.ts', { cwd: home })) {
    if (file.endsWith('.test.ts')) continue
    const code = await readFile(home + file, 'utf8')
    const calls = code.match(/\bfailpoint\((?!name: )/g)?.length ?? 0
    const names = [...code.matchAll(/\bfailpoint\('([\w.]+)'\)/g)].map(([, name]) => String(name))
    assert.equal(names.length, calls, `${file}: a point whose name is not written there`)
    for (const name of names) named.add(name)
  }
  assert.equal(new Set(ALL_FAILPOINTS).size, ALL_FAILPOINTS.length)
  assert.deepEqual([...named].toSorted(), [...ALL_FAILPOINTS].toSorted())
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
