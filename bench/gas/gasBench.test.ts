import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gasBench, SIZES } from './gasBench.ts'

test('a hundred payouts from the vault cost less than half of a hundred single ones', async () => {
  const rows = await gasBench()
  const hundred = SIZES.indexOf(100)
  const [usdt] = rows
  assert.ok(usdt?.single && (usdt.batched[hundred] ?? Infinity) <= 29_000)
  for (const { what, single, batched } of rows.filter((row) => row.batched.length > 0)) {
    assert.ok(single && (batched[hundred] ?? Infinity) < single / 2, what)
    // One payment alone is dearer through the vault: that is what its promise costs.
    assert.ok((batched[0] ?? 0) > single, what)
  }
})
