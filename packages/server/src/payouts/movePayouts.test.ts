import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { HOT_WALLET, rowsDatabase } from '../../../../test/support/rows.ts'
import { inTransaction, one } from '../db/sql.ts'
import { BATCH_MOVES, type BatchRef, type BatchState, batchSourcesOf } from './batch.ts'
import { reserveCoins, takenCoins } from './batchCoinStore.ts'
import { type BatchMove, findBatch, moveBatch } from './batchStore.ts'
import { PAYOUT_MOVES, type PayoutState, renderPayout, sourcesOf } from './payout.ts'
import { type PayoutMove, findPayout, movePayouts } from './store.ts'

const STATES = Object.keys(PAYOUT_MOVES) as PayoutState[]
const BATCH_STATES = Object.keys(BATCH_MOVES) as BatchState[]
const TENANT = { merchant_id: 'mer_1', livemode: false }

const { db, payout, batch, line, update, drop } = await rowsDatabase()
after(drop)

let nonce = 0n
/** A payout in any state, in a batch of its own unless it waits. */
async function inState(state: PayoutState) {
  const waits = state === 'queued' || state === 'held'
  // Cancelled, so that the database lets it go back to the queue: the code's own table is what is tested here.
  const batch_id = waits
    ? null
    : await batch(nonce++, { state: 'cancelled', fee: 0n, ended_at: '2026-01-01T00:00:00Z' })
  const id = await payout({
    state,
    ...(batch_id !== null && { batch_id }),
    ...(state === 'held' && { hold_reason: 'insufficient_treasury' }),
    ...(['broadcast', 'mined', 'final'].includes(state) && { sent_at: '2026-01-01T00:00:00Z' }),
    ...(state === 'final' && { completed_at: '2026-01-01T00:00:00Z' }),
  })
  if (batch_id !== null) await line(batch_id, id)
  return { ...TENANT, id }
}

const everything = async (table: string, id: string) =>
  (await one<{ row: object }>(db, `select to_jsonb(p) as row from ${table} p where id = $1`, [id])).row

const move = async (ref: typeof TENANT & { id: string }, to: PayoutState, what?: PayoutMove) =>
  (await inTransaction(db, (tx) => movePayouts(tx, [ref], to, what))) === 1

/** What the database wants to see with a move. */
async function needed(from: PayoutState, to: PayoutState): Promise<PayoutMove> {
  if (to === 'held') return { hold_reason: 'wallet_on_hold' }
  const reserves = to === 'reserved' && (from === 'queued' || from === 'held')
  return reserves ? { batch_id: await batch(nonce++) } : {}
}

describe('movePayouts', () => {
  for (const from of STATES) {
    test(`from ${from} to ${PAYOUT_MOVES[from].join(', ') || 'nowhere'} and nowhere else`, async () => {
      const reached: PayoutState[] = []
      for (const to of STATES) {
        const ref = await inState(from)
        const before = await everything('payout', ref.id)
        if (await move(ref, to, await needed(from, to))) {
          assert.equal((await findPayout(db, ref))?.state, to)
          assert.notDeepEqual(await everything('payout', ref.id), before)
          reached.push(to)
        } else {
          assert.deepEqual(
            await everything('payout', ref.id),
            before,
            `${from} → ${to} was refused and yet wrote`,
          )
        }
      }
      assert.deepEqual(reached.toSorted(), PAYOUT_MOVES[from].toSorted())
    })
  }

  test('of ten batches that want it at once one gets it', async () => {
    const ref = await inState('queued')
    const batches = await Promise.all(Array.from({ length: 10 }, () => batch(nonce++)))
    const got = await Promise.all(batches.map((batch_id) => move(ref, 'reserved', { batch_id })))
    assert.equal(got.filter(Boolean).length, 1)
    assert.equal((await findPayout(db, ref))?.batch_id, batches[got.indexOf(true)])
  })

  test('many at once, and how many it were', async () => {
    const refs = [await inState('queued'), await inState('held'), await inState('final')]
    const batch_id = await batch(nonce++)
    assert.equal(await inTransaction(db, (tx) => movePayouts(tx, refs, 'reserved', { batch_id })), 2)
  })

  test('shows its batch’s hash and confirmations', async () => {
    const ref = await inState('queued')
    const batch_id = await batch(nonce++)
    await move(ref, 'reserved', { batch_id })
    await update('payout_batch', batch_id, "tx_hash = '0xaa', confirmations = 4")
    await move(ref, 'signed')
    await move(ref, 'broadcast')
    const sent = await findPayout(db, ref)
    assert.ok(sent?.sent_at)
    const { status, tx_hash, confirmations, amount } = renderPayout(sent)
    assert.deepEqual(
      { status, tx_hash, confirmations, amount },
      { status: 'sent', tx_hash: '0xaa', confirmations: 4, amount: 42.49 },
    )
    await move(ref, 'mined')
    await move(ref, 'broadcast')
    assert.deepEqual((await findPayout(db, ref))?.sent_at, sent.sent_at)
  })

  test('of many who hold one payout for one reason at once, one does, so that it is told once', async () => {
    const ref = await inState('queued')
    const hold = (hold_reason: string) => move(ref, 'held', { hold_reason })
    const all = await Promise.all(Array.from({ length: 10 }, () => hold('contract_elsewhere')))
    assert.equal(all.filter(Boolean).length, 1)
    assert.equal(await hold('no_rate'), true)
  })

  test('a failure says why', async () => {
    const ref = await inState('mined')
    await move(ref, 'failed', { failure_reason: 'reverted' })
    const row = await findPayout(db, ref)
    assert.deepEqual([row?.status, row?.failure_reason, row?.completed_at], ['failed', 'reverted', null])
  })

  test('a row of another merchant or mode is not found', async () => {
    const ref = await inState('signed')
    assert.equal(await move({ ...ref, merchant_id: 'mer_2' }, 'broadcast'), false)
    assert.equal(await move({ ...ref, livemode: true }, 'broadcast'), false)
    assert.equal(await move({ ...ref, id: 'po_none' }, 'broadcast'), false)
    assert.equal(await move(ref, 'broadcast'), true)
  })
})

describe('moveBatch', () => {
  for (const from of BATCH_STATES) {
    test(`from ${from} to ${BATCH_MOVES[from].join(', ') || 'nowhere'} and nowhere else`, async () => {
      const reached: BatchState[] = []
      for (const to of BATCH_STATES) {
        const ended = ['final', 'cancelled'].includes(from)
        const ref = {
          livemode: false,
          id: await batch(nonce++, {
            state: from,
            ...(ended && { fee: 0n, ended_at: '2026-01-01T00:00:00Z' }),
          }),
        }
        const before = await everything('payout_batch', ref.id)
        const what: BatchMove = ['final', 'cancelled'].includes(to) ? { fee: 1n } : { confirmations: 1 }
        if (await inTransaction(db, (tx) => moveBatch(tx, ref, to, what))) reached.push(to)
        else
          assert.deepEqual(
            await everything('payout_batch', ref.id),
            before,
            `${from} → ${to} was refused and yet wrote`,
          )
      }
      assert.deepEqual(reached.toSorted(), BATCH_MOVES[from].toSorted())
    })
  }

  test('a first sending that is recorded late does not take a batch out of its block', async () => {
    const ref = { livemode: false, id: await batch(nonce++, { state: 'mined' }) }
    const sent = (to: BatchRef) =>
      inTransaction(db, (tx) => moveBatch(tx, to, 'broadcast', { from: 'signed' }))
    assert.equal(await sent(ref), null)
    assert.equal((await findBatch(db, ref))?.state, 'mined')
    assert.ok(await sent({ livemode: false, id: await batch(nonce++, { state: 'signed' }) }))
  })

  test('keeps nonce and wallet through a reorganisation', async () => {
    const ref = { livemode: false, id: await batch(nonce++, { state: 'broadcast' }) }
    const before = await findBatch(db, ref)
    await inTransaction(db, (tx) => moveBatch(tx, ref, 'mined', { confirmations: 3, tx_hash: '0xbb' }))
    const back = await inTransaction(db, (tx) => moveBatch(tx, ref, 'broadcast', { confirmations: 0 }))
    assert.deepEqual([back?.nonce, back?.wallet_address, back?.confirmations], [before?.nonce, HOT_WALLET, 0])
  })
})

test('reserveCoins adds the coins that a replacement needs more, and takes none from another batch', async () => {
  const refs = [nonce++, nonce++].map(async (n) => ({
    livemode: false,
    id: await batch(n, { state: 'broadcast' }),
  }))
  const [ref, other] = (await Promise.all(refs)) as [BatchRef, BatchRef]
  const take = (of: BatchRef, coins: string[]) =>
    inTransaction(db, (tx) => reserveCoins(tx, of, 'bitcoin', coins))
  await take(ref, ['a:0'])
  await take(ref, ['a:0', 'b:0'])
  await take(ref, ['a:0', 'b:0'])
  await assert.rejects(take(other, ['c:0', 'b:0']), { code: '23505' })
  assert.deepEqual(await takenCoins(db, false, 'bitcoin', ['a:0', 'b:0', 'c:0']), new Set(['a:0', 'b:0']))
})

test('sourcesOf is the table read backwards', () => {
  for (const from of STATES)
    for (const to of STATES) assert.equal(sourcesOf(to).includes(from), PAYOUT_MOVES[from].includes(to))
  for (const from of BATCH_STATES)
    for (const to of BATCH_STATES)
      assert.equal(batchSourcesOf(to).includes(from), BATCH_MOVES[from].includes(to))
})

test('the tables keep their promises: failed only after it was sent, ends are ends', () => {
  assert.deepEqual(sourcesOf('queued'), ['broadcast', 'mined'])
  assert.deepEqual(sourcesOf('reserved'), ['queued', 'held'])
  assert.deepEqual(sourcesOf('signed'), ['reserved'])
  assert.deepEqual(sourcesOf('failed'), ['broadcast', 'mined'])
  assert.deepEqual([PAYOUT_MOVES.final, PAYOUT_MOVES.failed], [[], []])
  assert.deepEqual(batchSourcesOf('cancelled'), ['broadcast', 'mined'])
  assert.deepEqual([BATCH_MOVES.final, BATCH_MOVES.cancelled], [[], []])
})
