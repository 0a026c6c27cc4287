/** Random commands on the gateway's own functions and a real PostgreSQL: all invariants hold after any of them. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { quickDatabase } from '../simulation/quickDatabase.ts'
import { BAD_WRITES, tryWrite } from './badWrites.ts'
import type { Command } from './command.ts'
import { live } from './life.ts'
import { type Book, book } from './movements.ts'
import { search } from './search.ts'

/** More: SKIRO_PROPERTY_RUNS=5000. The same again: SKIRO_PROPERTY_SEED=<the seed that a failure prints>. */
const RUNS = Number(process.env.SKIRO_PROPERTY_RUNS ?? 150)
const SEED = Number(process.env.SKIRO_PROPERTY_SEED ?? Math.floor(Math.random() * 2 ** 31))

const { db, slow, drop } = await quickDatabase()
after(drop)

test(`${RUNS} sequences: all invariants hold in the middle and at the end`, async () => {
  const found = await search(RUNS, SEED, (list) => live(db, slow, list))
  if (found) throw new Error(`seed ${found.seed}, shrunk to\n${show(found.list)}`, { cause: found.error })
})

test('every bad write is refused, now that there are rows of all kinds', async () => {
  for (const write of Object.keys(BAD_WRITES)) assert.equal(await tryWrite(slow, write), 'refused', write)
})

/** How a second attempt is often written: with a key of its own. */
const bookTwice: Book = async (sql, charge, key, postings) => {
  const done = await book(sql, charge, key, postings)
  await book(sql, charge, `${key}:again`, postings)
  return done
}

test('a movement that is booked twice is found, and shrunk to what it takes', async (t) => {
  const found = await search(100, 1, (list) => live(db, slow, list, bookTwice), 20)
  assert.ok(found)
  t.diagnostic(show(found.list))
  assert.deepEqual(
    found.list.map((one) => one.do),
    ['create', 'confirm', 'book'],
  )
})

const show = (list: readonly Command[]) => list.map((one) => JSON.stringify(one)).join('\n')
