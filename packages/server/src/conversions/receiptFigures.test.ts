/** One unit more or less in any figure of a receipt is found, for books of every shape. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { changeLeaf, figuresOf } from '../../../../test/support/receipts.ts'
import { type Sale, receiptOf, sales } from '../../../../test/support/madeReceipt.ts'
import { verifyReceipt } from './receipt.ts'

test('every figure of every receipt, one unit up and one down', async () => {
  let tried = 0
  await fc.assert(
    fc.asyncProperty(sales, async (sale: Sale) => {
      const receipt = await receiptOf(sale)
      assert.deepEqual(verifyReceipt(receipt), { ok: true, problems: [] })
      for (const { path, off } of figuresOf(receipt)) {
        for (const other of off) {
          const { ok, problems } = verifyReceipt(changeLeaf(receipt, path, other))
          assert.equal(ok, false, `${path.join('.')} → ${String(other)} was not found`)
          assert.ok(problems.length > 0)
          tried++
        }
      }
    }),
    { numRuns: 150 },
  )
  assert.ok(tried > 150 * 40, `only ${tried} tried`)
})
