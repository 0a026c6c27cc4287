import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { testDatabase } from '../../../../test/support/database.ts'
import { inTransaction, one } from '../db/sql.ts'
import { PAYOUT_MOVES, type PayoutState, renderPayout, sourcesOf } from './payout.ts'
import { type PayoutMove, movePayout } from './store.ts'

const STATES = Object.keys(PAYOUT_MOVES) as PayoutState[]
const TENANT = { merchant_id: 'mer_1', livemode: false }

const database = await testDatabase()
const { db } = database
after(() => database.drop())
await db.query(`insert into merchant (id, name, email) values ('mer_1', 'a', 'a@b.co')`)
await db.query(
  `insert into treasury_wallet (livemode, network, address, next_nonce) values (false, 'ethereum', '0xhot', 0)`,
)

let serial = 0

/** A payout in any state, with a session and a transaction of its own. */
async function inState(state: PayoutState) {
  const n = ++serial
  const waiting = state === 'queued' || state === 'held'
  await db.query(
    `with s as (
       insert into checkout_session (merchant_id, livemode, id, amount, currency, payout_currency, expires_at)
       values ('mer_1', false, 'cs_' || $1, 4999, 'USD', 'USDT', now() + interval '1 hour')),
     t as (
       insert into transaction (merchant_id, livemode, id, checkout_session_id, amount, currency, fee_bps, fee_amount,
         spread_bps, payout_currency, payout_network, payout_address, acquirer, card_token_hash, metadata)
       values ('mer_1', false, 'txn_' || $1, 'cs_' || $1, 4999, 'USD', 1500, 750, 0, 'USDT', 'ethereum', '0x1',
         'simulator', decode(md5($1), 'hex'), '{}'))
     insert into payout (merchant_id, livemode, id, transaction_id, state, amount, asset, network, address, metadata, tries,
       wallet_address, nonce, hold_reason, sent_at, completed_at)
     values ('mer_1', false, 'po_' || $1, 'txn_' || $1, $2, 42490000, 'USDT', 'ethereum', '0x1', '{}', 3,
       case when $3 then null else '0xhot' end, case when $3 then null else $1::int end,
       case when $2 = 'held' then 'insufficient_treasury' end,
       case when $2 in ('broadcast', 'mined', 'final') then now() - interval '1 minute' end,
       case when $2 = 'final' then now() end)`,
    [String(n), state, waiting],
  )
  return { ...TENANT, id: `po_${n}` }
}

const everything = async (id: string) =>
  (await one<{ row: object }>(db, 'select to_jsonb(p) as row from payout p where id = $1', [id])).row
const move = (
  ref: { merchant_id: string; livemode: boolean; id: string },
  to: PayoutState,
  what?: PayoutMove,
) => inTransaction(db, (tx) => movePayout(tx, ref, to, what))

/** What the database wants to see with a move. Nonces of their own, away from those of `inState`. */
function needed(from: PayoutState, to: PayoutState): PayoutMove {
  if (to === 'held') return { hold_reason: 'wallet_on_hold' }
  const reserves = to === 'reserved' && (from === 'queued' || from === 'held')
  return reserves ? { wallet_address: '0xhot', nonce: 1_000_000n + BigInt(serial) } : {}
}

describe('movePayout', () => {
  for (const from of STATES) {
    test(`from ${from} to ${PAYOUT_MOVES[from].join(', ') || 'nowhere'} and nowhere else`, async () => {
      const reached: PayoutState[] = []
      for (const to of STATES) {
        const ref = await inState(from)
        const before = await everything(ref.id)
        const row = await move(ref, to, needed(from, to))
        if (row) {
          assert.equal(row.state, to)
          assert.notDeepEqual(await everything(ref.id), before)
          reached.push(to)
        } else {
          assert.deepEqual(await everything(ref.id), before, `${from} → ${to} was refused and yet wrote`)
        }
      }
      assert.deepEqual(reached.toSorted(), PAYOUT_MOVES[from].toSorted())
    })
  }

  test('of ten at once one takes the nonce', async () => {
    const ref = await inState('queued')
    const takes = Array.from({ length: 10 }, (_, index) =>
      move(ref, 'reserved', { wallet_address: '0xhot', nonce: 2_000_000n + BigInt(index) }),
    )
    const rows = (await Promise.all(takes)).filter((row) => row !== null)
    assert.equal(rows.length, 1)
    assert.equal(((await everything(ref.id)) as { nonce: number }).nonce, Number(rows[0]?.nonce))
  })

  test('nonce and wallet stay for life, also through a reorganisation', async () => {
    const ref = await inState('queued')
    await move(ref, 'held', { hold_reason: 'insufficient_treasury' })
    const held = await move(ref, 'held', { hold_reason: 'wallet_on_hold' })
    assert.deepEqual([held?.hold_reason, held?.status, held?.nonce], ['wallet_on_hold', 'held', null])
    const reserved = await move(ref, 'reserved', { wallet_address: '0xhot', nonce: 3_000_000n })
    assert.deepEqual([reserved?.hold_reason, reserved?.nonce, reserved?.tries], [null, 3_000_000n, 0])
    await move(ref, 'signed', { tx_hash: '0xaa' })
    const sent = await move(ref, 'broadcast')
    assert.ok(sent?.sent_at)
    const mined = await move(ref, 'mined', { confirmations: 4 })
    assert.deepEqual([mined?.confirmations, mined?.tx_hash, mined?.sent_at], [4, '0xaa', sent.sent_at])
    const back = await move(ref, 'broadcast', { confirmations: 0 })
    assert.deepEqual([back?.confirmations, back?.sent_at, back?.nonce], [0, sent.sent_at, 3_000_000n])
    const final = await move(ref, 'final', { confirmations: 70 })
    assert.ok(final?.completed_at)
    const { status, amount, tx_hash, confirmations, sent_at } = renderPayout(final)
    assert.deepEqual(
      { status, amount, tx_hash, confirmations, sent_at },
      {
        status: 'completed',
        amount: 42.49,
        tx_hash: '0xaa',
        confirmations: 70,
        sent_at: sent.sent_at.toISOString(),
      },
    )
    await assert.rejects(
      move(await inState('queued'), 'reserved', { wallet_address: '0xhot', nonce: 3_000_000n }),
      {
        code: '23505',
      },
    )
  })

  test('a failure says why', async () => {
    const row = await move(await inState('mined'), 'failed', { failure_reason: 'reverted' })
    assert.deepEqual([row?.status, row?.failure_reason, row?.completed_at], ['failed', 'reverted', null])
  })

  test('a row of another merchant or mode is not found', async () => {
    const ref = await inState('signed')
    assert.equal(await move({ ...ref, merchant_id: 'mer_2' }, 'broadcast'), null)
    assert.equal(await move({ ...ref, livemode: true }, 'broadcast'), null)
    assert.equal(await move({ ...ref, id: 'po_none' }, 'broadcast'), null)
    assert.ok(await move(ref, 'broadcast'))
  })
})

test('sourcesOf is the table read backwards', () => {
  for (const from of STATES) {
    for (const to of STATES) assert.equal(sourcesOf(to).includes(from), PAYOUT_MOVES[from].includes(to))
  }
})

test('the table keeps its promises: one nonce for life, failed only after it was sent, ends are ends', () => {
  assert.deepEqual(sourcesOf('queued'), [])
  assert.deepEqual(sourcesOf('reserved'), ['queued', 'held'])
  assert.deepEqual(sourcesOf('signed'), ['reserved'])
  assert.deepEqual(sourcesOf('failed'), ['broadcast', 'mined'])
  assert.deepEqual(sourcesOf('final'), ['broadcast', 'mined'])
  assert.deepEqual([PAYOUT_MOVES.final, PAYOUT_MOVES.failed], [[], []])
})
