import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { testDatabase } from '../../../../test/support/database.ts'
import { inTransaction, one } from '../db/sql.ts'
import { type Move, moveTransaction } from './store.ts'
import {
  TRANSACTION_MOVES,
  type TransactionRow,
  type TransactionState,
  renderTransaction,
  sourcesOf,
} from './transaction.ts'

const STATES = Object.keys(TRANSACTION_MOVES) as TransactionState[]
const TENANT = { merchant_id: 'mer_1', livemode: false }

const database = await testDatabase()
const { db } = database
after(() => database.drop())
await db.query(`insert into merchant (id, name, email) values ('mer_1', 'a', 'a@b.co')`)

let serial = 0

/** A transaction in any state, with a session of its own. */
async function inState(state: TransactionState) {
  const id = `txn_${++serial}`
  const done = ['captured', 'paid_out', 'refunded'].includes(state)
  await db.query(
    `with s as (
       insert into checkout_session (merchant_id, livemode, id, amount, currency, payout_currency, expires_at)
       values ('mer_1', false, 'cs_' || $1, 4999, 'USD', 'USDT', now() + interval '1 hour'))
     insert into transaction (merchant_id, livemode, id, checkout_session_id, state, amount, currency, fee_bps, fee_amount,
       spread_bps, payout_currency, payout_network, payout_address, acquirer, card_token, card_token_hash, metadata, tries,
       payout_amount, captured_at, paid_out_at)
     values ('mer_1', false, $1, 'cs_' || $1, $2, 4999, 'USD', 1500, 750, 0, 'USDT', 'ethereum', '0x1', 'simulator',
       'tok_1', decode(md5($1), 'hex'), '{}', 3, case when $3 then 42490000 end, case when $3 then now() end,
       case when $2 = 'paid_out' then now() end)`,
    [id, state, done],
  )
  return { ...TENANT, id }
}

const everything = async (id: string) =>
  (await one<{ row: object }>(db, 'select to_jsonb(t) as row from transaction t where id = $1', [id])).row
const move = (
  ref: { merchant_id: string; livemode: boolean; id: string },
  to: TransactionState,
  what?: Move,
) => inTransaction(db, (tx) => moveTransaction(tx, ref, to, what))
const needed = (to: TransactionState): Move => (to === 'captured' ? { payout_amount: 42_490_000n } : {})

describe('moveTransaction', () => {
  for (const from of STATES) {
    test(`from ${from} to ${TRANSACTION_MOVES[from].join(', ') || 'nowhere'} and nowhere else`, async () => {
      const reached: TransactionState[] = []
      for (const to of STATES) {
        const ref = await inState(from)
        const before = await everything(ref.id)
        const row = await move(ref, to, needed(to))
        if (row) {
          assert.equal(row.state, to)
          assert.notDeepEqual(await everything(ref.id), before)
          reached.push(to)
        } else {
          assert.deepEqual(await everything(ref.id), before, `${from} → ${to} was refused and yet wrote`)
        }
      }
      assert.deepEqual(reached.toSorted(), TRANSACTION_MOVES[from].toSorted())
    })
  }

  test('of ten at once one moves the row', async () => {
    const ref = await inState('authorizing')
    const rows = await Promise.all(Array.from({ length: 10 }, () => move(ref, 'authorized')))
    assert.equal(rows.filter(Boolean).length, 1)
  })

  test('rivals to two ends: one wins, the other writes nothing', async () => {
    for (let i = 0; i < 5; i++) {
      const ref = await inState('authorizing')
      const [authorized, declined] = await Promise.all([move(ref, 'authorized'), move(ref, 'declined')])
      assert.equal(Number(Boolean(authorized)) + Number(Boolean(declined)), 1)
      assert.equal((authorized ?? declined)?.state, ((await everything(ref.id)) as TransactionRow).state)
    }
  })

  test('writes what is known now, keeps what was known, drops the token', async () => {
    const ref = await inState('authorizing')
    const card = { brand: 'visa', last_four: '4242' }
    const authorized = await move(ref, 'authorized', { card, give_up_seconds: 600 })
    assert.ok(authorized?.give_up_at)
    assert.deepEqual(
      [authorized.card_brand, authorized.card_last_four, authorized.card_token, authorized.tries],
      ['visa', '4242', null, 0],
    )
    const wait_ms = authorized.give_up_at.getTime() - Date.now()
    assert.ok(wait_ms > 590_000 && wait_ms <= 601_000)
    await move(ref, 'capturing')
    const captured = await move(ref, 'captured', { payout_amount: 5n, payout_id: 'po_1' })
    assert.ok(captured?.captured_at)
    assert.deepEqual(
      [
        captured.card_brand,
        captured.payout_amount,
        captured.payout_id,
        captured.status,
        captured.paid_out_at,
      ],
      ['visa', 5n, 'po_1', 'processing', null],
    )
    const paid = await move(ref, 'paid_out')
    assert.ok(paid?.paid_out_at)
    assert.deepEqual([paid.status, paid.captured_at], ['completed', captured.captured_at])
    const refunded = await move(ref, 'refunded')
    assert.deepEqual([refunded?.status, refunded?.paid_out_at], ['refunded', paid.paid_out_at])
  })

  test('a failure is told', async () => {
    const failure = { code: 'insufficient_funds', message: 'Not enough.' }
    const row = await move(await inState('authorizing'), 'declined', { failure })
    assert.ok(row)
    const { status, failure_code, failure_message, payout_amount } = renderTransaction(row)
    assert.deepEqual(
      [status, failure_code, failure_message, payout_amount],
      ['failed', 'insufficient_funds', 'Not enough.', null],
    )
  })

  test('a row of another merchant or mode is not found', async () => {
    const ref = await inState('authorizing')
    assert.equal(await move({ ...ref, merchant_id: 'mer_2' }, 'authorized'), null)
    assert.equal(await move({ ...ref, livemode: true }, 'authorized'), null)
    assert.equal(await move({ ...ref, id: 'txn_none' }, 'authorized'), null)
    assert.ok(await move(ref, 'authorized'))
  })
})

test('sourcesOf is the table read backwards', () => {
  for (const from of STATES) {
    for (const to of STATES) assert.equal(sourcesOf(to).includes(from), TRANSACTION_MOVES[from].includes(to))
  }
})

test('the table keeps its promises: forward only, a captured charge is never voided, ends are ends', () => {
  const beyond = (state: TransactionState): TransactionState[] =>
    TRANSACTION_MOVES[state].flatMap((next) => [next, ...beyond(next)])
  for (const state of STATES) assert.ok(!beyond(state).includes(state), `${state} can come back`)
  assert.deepEqual(new Set(beyond('captured')), new Set(['paid_out', 'refunded']))
  assert.deepEqual(sourcesOf('captured'), ['capturing'])
  assert.deepEqual(sourcesOf('declined'), ['authorizing'])
  for (const end of ['declined', 'voided', 'refunded'] as const) assert.deepEqual(TRANSACTION_MOVES[end], [])
})
