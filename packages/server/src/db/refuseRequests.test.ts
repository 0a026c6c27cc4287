import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { BROKEN_RULE, FIXED, NO_SUCH_ROW, TAKEN, rowsDatabase } from '../../../../test/support/rows.ts'

const { db, insert, next, transaction, drop } = await rowsDatabase()
after(drop)

async function request(change: Record<string, unknown> = {}): Promise<string> {
  const key = `k_${next()}`
  await insert('acquirer_request', {
    ...{ merchant_id: 'mer_1', livemode: false, call: 'create', key, path: '/p', body: '{}' },
    transaction_id: change.transaction_id ?? (await transaction()),
    ...change,
  })
  return key
}
const update = (key: string, set: string) =>
  db.query(`update acquirer_request set ${set} where key = $1`, [key])

describe('a call to the acquirer', () => {
  test('never says anything else than it did first', async () => {
    const key = await request()
    for (const set of [`body = '{"amount_minor":1}'`, `path = '/q'`, `key = 'k'`, `call = 'void'`])
      await assert.rejects(update(key, set), FIXED, set)
    await assert.rejects(db.query('delete from acquirer_request where key = $1', [key]), FIXED)
    await assert.rejects(db.query('truncate acquirer_request'), FIXED)
  })

  test('is sent again, and was not sent after all', async () => {
    const key = await request()
    await update(key, 'tries = tries + 1, first_sent_at = now()')
    await update(key, 'first_sent_at = null')
    await assert.rejects(update(key, 'tries = 0'), BROKEN_RULE)
  })

  test('forgets the token of the card, and nothing else, and for ever', async () => {
    const confirm = await request({ call: 'confirm' })
    await update(confirm, 'body = null')
    await assert.rejects(update(confirm, `body = '{}'`), FIXED)
    await assert.rejects(update(await request(), 'body = null'), BROKEN_RULE)
    await assert.rejects(request({ call: 'capture', body: null }), BROKEN_RULE)
  })

  test('is one of its kind for a transaction, under a key of its own', async () => {
    const transaction_id = await transaction()
    const key = await request({ transaction_id })
    await assert.rejects(request({ transaction_id }), TAKEN)
    await request({ transaction_id, call: 'capture' })
    await assert.rejects(request({ key }), TAKEN)
    await assert.rejects(request({ call: 'charge' }), BROKEN_RULE)
  })

  test('is of a transaction of its own merchant and mode', async () => {
    const transaction_id = await transaction()
    await assert.rejects(request({ transaction_id, merchant_id: 'mer_2' }), NO_SUCH_ROW)
    await assert.rejects(request({ transaction_id, livemode: true }), NO_SUCH_ROW)
  })
})
