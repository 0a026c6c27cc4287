import assert from 'node:assert/strict'
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { checkBook, totalsOf } from './checkBook.ts'
import { startTestAcquirer } from './harness.ts'
import { Journal } from './journal.ts'
import type { Entry, Payment } from './model.ts'

describe('book file', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'acquirer-'))
  })
  after(() => rm(folder, { recursive: true }))

  it('comes back as it was, without a last line that a crash cut', async () => {
    const book_file = join(folder, 'book.jsonl')
    const first = await startTestAcquirer({ book_file })
    const { id } = await first.authorize(5000)
    await first.post(`/v1/payments/${id}/capture`, { amount_minor: 4000 })
    await first.post(`/v1/payments/${id}/refund`, { amount_minor: 1 })
    const spare = await first.token('cs_2')
    const before = (await first.get('/_sim/book')).body
    const events = (await first.get('/v1/events')).body
    await first.close()

    await appendFile(book_file, '{"payment":{"id":"pay_half')
    const second = await startTestAcquirer({ book_file })
    assert.deepEqual((await second.get('/_sim/book')).body, before)
    assert.deepEqual((await second.get('/v1/events')).body, events)
    const other = await second.create(700, 'cs_2')
    const paid = await second.post(`/v1/payments/${other}/confirm`, { token: spare })
    assert.equal(paid.body['status'], 'authorized')
    await second.close()
    for (const line of (await readFile(book_file, 'utf8')).trimEnd().split('\n')) JSON.parse(line)
  })

  it('has each answer on disk before the answer leaves', async () => {
    const book_file = join(folder, 'durable.jsonl')
    const acquirer = await startTestAcquirer({ book_file })
    try {
      const ids = await Promise.all(
        Array.from({ length: 50 }, async (_, index) => {
          const id = await acquirer.create(index + 1)
          assert.match(await readFile(book_file, 'utf8'), new RegExp(id))
          return id
        }),
      )
      assert.equal(new Set(ids).size, 50)
    } finally {
      await acquirer.close()
    }
  })

  it('does not start on a file that is damaged in the middle', async () => {
    const book_file = join(folder, 'damaged.jsonl')
    await writeFile(book_file, '{"delivered":"evt_a"}\n{"deli\n{"delivered":"evt_b"}\n')
    await assert.rejects(startTestAcquirer({ book_file }), { name: 'SyntaxError' })
  })

  it('writes lines in order and all of them, however they arrive', async () => {
    const path = join(folder, 'journal.jsonl')
    const { journal } = await Journal.open(path)
    const flushes: Promise<void>[] = []
    for (let i = 0; i < 500; i++) {
      journal.append(i)
      flushes.push(journal.flushed())
      if (i % 7 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    await Promise.all(flushes)
    await journal.close()
    const { journal: again, lines } = await Journal.open(path)
    await again.close()
    assert.deepEqual(
      lines,
      Array.from({ length: 500 }, (_, i) => i),
    )
  })
})

describe('checkBook', () => {
  const refund = {
    id: 'ref_a',
    payment_id: 'pay_a',
    amount_minor: 30,
    currency: 'USD',
    status: 'succeeded',
  } as const
  const payment: Payment = {
    id: 'pay_a',
    status: 'partially_captured',
    amount_minor: 100,
    currency: 'USD',
    reference: 'txn_1',
    session: 'cs_1',
    descriptor: 'SHOP',
    capture_method: 'manual',
    authorized_minor: 100,
    captured_minor: 80,
    refunded_minor: 30,
    card: null,
    failure: null,
    three_ds: 'always',
    return_url: null,
    authentication: null,
    action_secret: null,
    next_action: null,
    after_action: null,
    capture_before: null,
    refunds: [{ ...refund, created_at: '2026-01-01T00:00:00.000Z' }],
    created_at: '2026-01-01T00:00:00.000Z',
    updated_at: '2026-01-01T00:00:00.000Z',
  }
  const entry = (
    seq: number,
    type: Entry['type'],
    amount_minor: number,
    refund_id: string | null = null,
  ): Entry => ({
    seq,
    at: '2026-01-01T00:00:00.000Z',
    type,
    payment_id: 'pay_a',
    refund_id,
    amount_minor,
    currency: 'USD',
  })
  const entries = [
    entry(1, 'authorize', 100),
    entry(2, 'capture', 80),
    entry(3, 'void', 20),
    entry(4, 'refund', 30, 'ref_a'),
  ]

  it('accepts a book that adds up, and sums it', () => {
    assert.deepEqual(checkBook({ payments: [payment], entries }), { ok: true, problems: [] })
    assert.deepEqual(totalsOf(entries), {
      USD: { authorize: 100, capture: 80, void: 20, refund: 30, net: 50 },
    })
  })

  const wrong: [string, Partial<Payment>, Entry[], RegExp][] = [
    ['a second authorisation', {}, [...entries, entry(5, 'authorize', 100)], /authorized 2 times/],
    ['a second capture', {}, [...entries, entry(5, 'capture', 80)], /captured and voided more/],
    ['a refund above the capture', {}, [...entries, entry(5, 'refund', 51)], /refunded more/],
    ['a sum that differs', { captured_minor: 81 }, entries, /captured_minor is not the sum/],
    ['a refund without its entry', {}, entries.slice(0, 3), /refunded_minor is not the sum/],
    ['a refund that the payment forgot', { refunds: [] }, entries, /sum of its refunds/],
    ['a hold that was never given back', {}, [...entries.slice(0, 2), entry(3, 'refund', 30)], /holds 20/],
    ['money under a failed payment', { status: 'failed' }, entries, /yet is failed/],
    ['a full capture that is not full', { status: 'captured' }, entries, /not in full/],
    ['another currency', { currency: 'EUR' }, entries, /another currency/],
    ['a gap in the numbers', {}, [...entries.slice(0, 3), entry(5, 'refund', 30)], /seq 5/],
    ['a negative amount', {}, [...entries, entry(5, 'void', -1)], /amount -1/],
    [
      'an entry of no payment',
      {},
      [...entries, { ...entry(5, 'void', 1), payment_id: 'pay_b' }],
      /no payment/,
    ],
  ]
  for (const [what, change, given, problem] of wrong) {
    it(`finds ${what}`, () => {
      const verdict = checkBook({ payments: [{ ...payment, ...change }], entries: given })
      assert.equal(verdict.ok, false)
      assert.match(verdict.problems.join('\n'), problem)
    })
  }
})
