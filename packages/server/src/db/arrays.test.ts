import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { testDatabase } from '../../../../test/support/database.ts'
import { numberArray, textArray } from './arrays.ts'

const database = await testDatabase()
after(() => database.drop())

const storable = fc
  .string({ unit: 'binary', maxLength: 40 })
  .filter((text) => text.isWellFormed() && !text.includes('\0'))
const hostile = fc.constantFrom(
  '',
  'NULL',
  'null',
  '{}',
  '"',
  '\\',
  '\\"',
  ',',
  '{,}',
  ' ',
  '\n',
  '\\x41',
  "'",
  '$1',
)

test('PostgreSQL reads back every text, and tells null from "NULL"', async () => {
  const texts = fc.array(fc.option(fc.oneof(storable, hostile)), { maxLength: 20 })
  await fc.assert(
    fc.asyncProperty(texts, async (values) => {
      const { rows } = await database.db.query<{ back: unknown }>('select $1::text[] back', [
        textArray(values),
      ])
      assert.deepEqual(rows[0]?.back, values)
    }),
    { numRuns: 300 },
  )
})

test('numbers of any size', async () => {
  const values = [0n, 1n, -1n, 9_007_199_254_740_993n, 10n ** 77n]
  const { rows } = await database.db.query<{ back: string[] }>('select $1::numeric[]::text[] back', [
    numberArray(values),
  ])
  assert.deepEqual(rows[0]?.back, values.map(String))
  assert.equal(numberArray([]), '{}')
})
