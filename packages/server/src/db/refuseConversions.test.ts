import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { testDatabase } from '../../../../test/support/database.ts'

const database = await testDatabase()
const { db } = database
after(() => database.drop())
await db.query(
  `insert into merchant (id, name, email) values ('mer_1', 'a', 'a@b.co'), ('mer_2', 'b', 'b@b.co')`,
)

const BROKEN_RULE = { code: '23514' }
const NO_SUCH_ROW = { code: '23503' }
const TAKEN = { code: '23505' }
const FIXED = { code: '23001' }

let serial = 0

/** Inserts a row with plain SQL; `change` overrides or adds columns. */
async function insert(table: string, row: Record<string, unknown>): Promise<string> {
  const names = Object.keys(row)
  const slots = names.map((_, index) => `$${index + 1}`)
  await db.query(`insert into ${table} (${names.join()}) values (${slots.join()})`, Object.values(row))
  return String(row.id)
}

async function transaction(): Promise<string> {
  const id = ++serial
  await db.query(
    `insert into checkout_session (merchant_id, livemode, id, amount, currency, payout_currency, expires_at)
     values ('mer_1', false, $1, 4999, 'USD', 'USDT', now() + interval '1 hour')`,
    [`cs_${id}`],
  )
  await db.query(
    `insert into transaction (merchant_id, livemode, id, checkout_session_id, amount, currency, fee_bps, fee_amount,
       spread_bps, payout_currency, payout_network, payout_address, acquirer, card_token_hash, metadata)
     values ('mer_1', false, $1, $2, 4999, 'USD', 1500, 750, 0, 'USDT', 'ethereum', '0x1', 'simulator',
       decode(md5($1), 'hex'), '{}')`,
    [`txn_${id}`, `cs_${id}`],
  )
  return `txn_${id}`
}

describe('conversion', () => {
  const conversion = async (change: Record<string, unknown> = {}) =>
    insert('conversion', {
      merchant_id: 'mer_1',
      livemode: false,
      id: `conv_${++serial}`,
      transaction_id: change.transaction_id ?? (await transaction()),
      gross: 4999n,
      currency: 'USD',
      fee: 750n,
      spread: 10n,
      remainder: 1n,
      payout_value: 4238n,
      payout_amount: 42_380_000n,
      payout_currency: 'USDT',
      rate: 10n ** 18n,
      mid_rate: 10n ** 18n,
      receipt: '{}',
      ...change,
    })

  test('adds up to the gross amount', async () => {
    await conversion()
    for (const change of [
      { gross: 5000n },
      { fee: 749n },
      { spread: 11n },
      { remainder: 0n },
      { payout_value: 4239n },
    ]) {
      await assert.rejects(conversion(change), BROKEN_RULE)
    }
    await assert.rejects(conversion({ fee: -1n, spread: 761n }), BROKEN_RULE)
    await assert.rejects(conversion({ rate: 0n }), BROKEN_RULE)
  })

  test('there is one per transaction', async () => {
    const transaction_id = await transaction()
    await conversion({ transaction_id })
    await assert.rejects(conversion({ transaction_id }), TAKEN)
    await assert.rejects(conversion({ transaction_id: 'txn_none' }), NO_SUCH_ROW)
  })

  for (const statement of [
    'update conversion set rate = rate + 1',
    'delete from conversion',
    'truncate conversion',
  ]) {
    test(`refuses: ${statement}`, async () => {
      await conversion()
      await assert.rejects(db.query(statement), FIXED)
    })
  }
})
