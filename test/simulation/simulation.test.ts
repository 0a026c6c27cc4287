import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runNaive } from './naive.ts'
import { quickDatabase } from './quickDatabase.ts'
import { runSeed } from './runSeed.ts'

test('the same seed has the same life', async () => {
  const traces = async () => {
    // On one database rows of the same names would be in the way.
    const { db, drop } = await quickDatabase()
    try {
      const all: (readonly string[])[] = []
      for (let n = 0; n < 8; n++) all.push((await runSeed(db, `same ${n}`)).trace)
      return all
    } finally {
      await drop()
    }
  }
  assert.deepEqual(await traces(), await traces())
})

test('the control, which sends and then remembers, pays twice', async () => {
  let doubled = 0
  for (let n = 0; n < 100; n++) doubled += await runNaive(`naive ${n}`)
  assert.ok(doubled > 10, `paid ${doubled} twice`)
})
