import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bitcoinTable } from '../report/bitcoinTable.ts'
import { bitcoinBench } from './bitcoinBench.ts'

test('a payment among a hundred takes a quarter of the room that it takes alone', async () => {
  const rows = await bitcoinBench()
  const at = new Map(rows.map((row) => [row.payees, row.vb_per_payee]))
  // A vB is a byte; a signature can be one byte shorter.
  assert.ok([140, 141].includes(at.get(1) ?? 0), `${at.get(1)}`)
  assert.ok((at.get(100) ?? Infinity) <= 33, `${at.get(100)}`)
  assert.ok((at.get(250) ?? Infinity) < (at.get(100) ?? 0))
  assert.match(bitcoinTable(rows), /\| 100 +\| 1 +\| 3,2[01]\d +\| 32\.1 +\| -77 % +\|/)
})
