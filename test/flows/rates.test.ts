/** Exchanges that fail hold a capture back, never a sale; what a payment is worth can be computed again by anyone. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Transaction } from 'skiro'
import { verifyReceipt } from '../../packages/server/src/conversions/receipt.ts'
import { ASSETS } from '../../packages/server/src/lib/money.ts'
import { assertBooks } from '../support/books.ts'
import { assertInventory, assertQuotes } from '../support/inventory.ts'
import { assertSequence, capturesOf } from '../support/judge.ts'
import {
  assertPaidOnce,
  attemptsOf,
  captured,
  completed,
  heard,
  minorOf,
  sessionOf,
} from '../support/outcome.ts'
import { api, cardToken, createSession, eventually, pay } from '../support/pay.ts'
import { type VenueMode, paymentsOf, planFault, setVenues, turn } from '../support/simulate.ts'
import { type Gateway, type Merchant, type World, startWorld } from '../support/world.ts'

type Receipt = {
  quote: { venues: { venue: string; accepted: boolean }[]; median: string }
  conversion: Record<'gross' | 'fee' | 'net' | 'payout', { amount: string }> & {
    rate: string
    fee_bps: number
  }
}

/** The one kind of sale that all three venues can price. */
const SALE = { currency: 'EUR', payout_currency: 'USDT' }
const ALL = { kraken: 'normal', coinbase: 'normal', binance: 'normal' } as const

let world: World
let gateway: Gateway
let merchant: Merchant
/** Every session that ends up paid: the last test counts all the money at once. */
const paid: string[] = []
before(async () => {
  world = await startWorld()
  gateway = await world.startGateway()
  merchant = await world.createMerchant()
})
after(async () => {
  await gateway?.stop()
  await world?.stop()
})

const broken: readonly (readonly [VenueMode, VenueMode])[] = [
  ['down', 'down'],
  ['error', 'garbage'],
  ['stale', 'wide'],
  ['empty', 'deviant'],
]
for (const [kraken, coinbase] of broken) {
  test(`two venues ${kraken} and ${coinbase}: authorised but not captured until one is back`, async () => {
    await setVenues(world, { kraken, coinbase, binance: 'normal' })
    // Longer than the gateway keeps a book.
    await sleep(1100)
    const session = await waitingSession()
    await sleep(1200)
    await assertWaiting(session)
    await setVenues(world, { kraken: 'normal' })
    const { conversion } = await captured(world, merchant, session)
    const venues = conversion?.sources.toSorted()
    assert.deepEqual(venues, ['binance', 'kraken'])
    await setVenues(world, ALL)
    paid.push(session)
  })
}

test('one venue that lies, fails or sleeps does not stop a sale', async () => {
  for (const mode of ['deviant', 'down', 'stale', 'slow'] as const) {
    await setVenues(world, { ...ALL, coinbase: mode })
    await sleep(1100)
    const session = await createSession(world, merchant, SALE)
    await pay(world, session, await cardToken(world, session))
    const { conversion } = await captured(world, merchant, session)
    assert.deepEqual(conversion?.sources.toSorted(), ['binance', 'kraken'], mode)
    paid.push(session)
  }
  await setVenues(world, ALL)
})

test('sessions are created with every venue down', async () => {
  await setVenues(world, { kraken: 'down', coinbase: 'down', binance: 'down' })
  await sleep(1100)
  const session = await waitingSession()
  await setVenues(world, ALL)
  await captured(world, merchant, session)
  paid.push(session)
})

test('without a rate for too long the reservation is given back and the card is free for another try', async () => {
  await setVenues(world, { kraken: 'down', coinbase: 'down' })
  await sleep(1100)
  const session = await waitingSession()
  // Ten minutes pass.
  await world.database.db.query('update transaction set give_up_at = now() where checkout_session_id = $1', [
    session,
  ])
  const failed = await failedAttempt(session)
  assert.equal(failed.failure_code, 'processing_error')
  const [payment] = await paymentsOf(world, session)
  assert.deepEqual(payment?.entries, [
    ['authorize', 4999],
    ['void', 4999],
  ])
  await heard(world, merchant, 'checkout.failed', ({ id }) => id === failed.id)
  assert.equal((await sessionOf(world, merchant, session)).status, 'pending')
  await setVenues(world, ALL)
  await sleep(1100)
  assert.deepEqual((await pay(world, session, await cardToken(world, session))).body, { status: 'paid' })
  paid.push(session)
})

test('an authorisation that lapses while it waits is not captured', async () => {
  await setVenues(world, { kraken: 'down', coinbase: 'down' })
  await sleep(1100)
  const session = await waitingSession()
  await turn(world, 'advance', { seconds: 8 * 86_400 })
  await setVenues(world, ALL)
  await failedAttempt(session)
  const [payment] = await paymentsOf(world, session)
  assert.deepEqual(payment?.entries, [
    ['authorize', 4999],
    ['void', 4999],
  ])
  assert.equal((await sessionOf(world, merchant, session)).status, 'pending')
  assert.deepEqual((await pay(world, session, await cardToken(world, session))).body, { status: 'paid' })
  paid.push(session)
})

test('every pair of currencies: the receipt verifies and gives the figures of the transaction', async () => {
  const pairs = [
    ['USD', 'USDT', '49.99'],
    ['EUR', 'USDC', '0.51'],
    ['GBP', 'ETH', '1234.56'],
    ['CAD', 'USDT', '7777.77'],
    ['AUD', 'ETH', '10.01'],
    ['USD', 'USDC', '99999.99'],
  ] as const
  for (const [currency, payout_currency, amount] of pairs) {
    const session = await createSession(world, merchant, { currency, payout_currency, amount })
    await pay(world, session, await cardToken(world, session))
    const transaction = await captured(world, merchant, session)
    const { receipt, spread_bps } = await storedReceipt(transaction.id)
    assert.deepEqual(verifyReceipt(receipt), { ok: true, problems: [] })
    const { gross, fee, payout, rate, fee_bps } = receipt.conversion
    const figures = [gross.amount, fee.amount, payout.amount].map(Number)
    assert.deepEqual(figures, [transaction.amount, transaction.fee_amount, transaction.payout_amount])
    assert.equal(scaled(rate), scaled(transaction.conversion?.rate))
    const venues = receipt.quote.venues.filter(({ accepted }) => accepted).map(({ venue }) => venue)
    assert.deepEqual(transaction.conversion?.sources, venues)
    assertFigures(transaction, fee_bps)
    const floor = scaled(receipt.quote.median) * BigInt(10_000 - spread_bps)
    assert.equal(scaled(rate), floor / 10_000n)
    assert.equal(verifyReceipt(tampered(receipt)).ok, false, 'a changed receipt verifies')
    paid.push(session)
  }
})

test('a pair without a rate stops its own sales and no others', async () => {
  // The only way from Canadian dollars to USDT on Kraken; one venue alone is none.
  await setVenues(world, { kraken: 'down' }, 'USDCAD')
  await sleep(1100)
  const canadian = { currency: 'CAD', payout_currency: 'USDT' }
  const closed = await createSession(world, merchant, canadian)
  const answer = await pay(world, closed, await cardToken(world, closed))
  assert.deepEqual(answer.body, { status: 'processing' })
  await assertWaiting(closed)
  const open = await createSession(world, merchant, { currency: 'USD', payout_currency: 'USDT' })
  assert.deepEqual((await pay(world, open, await cardToken(world, open))).body, { status: 'paid' })
  await assertWaiting(closed)
  await setVenues(world, { kraken: 'normal' }, 'USDCAD')
  await captured(world, merchant, closed)
  paid.push(open, closed)
})

test('the rate of the click holds through a 3-D Secure challenge, whatever the venues do', async () => {
  const session = await challengedSession()
  const [clicked] = await quotesOf(session)
  assert.deepEqual([clicked?.state, clicked?.challenged], ['bound', true])
  await setVenues(world, { kraken: 'down', coinbase: 'down', binance: 'down' })
  await sleep(1100)
  await passChallenge(session)
  const { conversion } = await captured(world, merchant, session)
  await setVenues(world, ALL)
  const quotes = await quotesOf(session)
  assert.deepEqual(quotes, [{ ...clicked, state: 'used' }])
  assert.equal(scaled(conversion?.rate), quotes[0]?.rate)
  assert.equal(conversion?.time, quotes[0]?.quoted_at)
  paid.push(session)
})

test('a challenge that takes too long is quoted anew, in a row of its own', async () => {
  const session = await challengedSession()
  const [clicked] = await quotesOf(session)
  // Three minutes pass.
  await world.database.db.query(`update quote set state = 'expired', ended_at = now() where id = $1`, [
    clicked?.id,
  ])
  await passChallenge(session)
  const { conversion } = await captured(world, merchant, session)
  const [first, second, ...rest] = await quotesOf(session)
  assert.deepEqual([first, rest], [{ ...clicked, state: 'expired' }, []])
  assert.equal(second?.state, 'used')
  assert.equal(scaled(conversion?.rate), second.rate)
  paid.push(session)
})

test('a quote whose time is up when the card is authorised is not used', async () => {
  await gateway.stop()
  gateway = await world.startGateway({ SKIRO_QUOTE_SECONDS: '1', SKIRO_QUOTE_CHALLENGE_SECONDS: '1' })
  const session = await createSession(world, merchant, SALE)
  await planFault(world, 'confirm', 'delay', { delay_ms: 1500 })
  await pay(world, session, await cardToken(world, session))
  await captured(world, merchant, session)
  assert.deepEqual(
    (await quotesOf(session)).map(({ state }) => state),
    ['expired', 'used'],
  )
  paid.push(session)
})

test('a declined card leaves no quote behind', async () => {
  const session = await createSession(world, merchant, SALE)
  await pay(world, session, await cardToken(world, session, '4000000000009995'))
  await failedAttempt(session)
  assert.deepEqual(
    (await quotesOf(session)).map(({ state }) => state),
    ['expired'],
  )
})

test('all of it together: each paid session once', async () => {
  for (const session of paid) {
    await completed(world, merchant, session)
    assert.equal((await capturesOf(world, session)).length, 1)
  }
  await assertPaidOnce(world, merchant, paid)
  await assertBooks(world.database.db)
  await assertInventory(world.database.db)
  assert.ok((await assertQuotes(world.database.db)) >= paid.length)
  await assertSequence(world, merchant)
})

type QuoteRow = { id: string; state: string; rate: bigint; challenged: boolean; quoted_at: string }

async function quotesOf(session: string): Promise<QuoteRow[]> {
  const { rows } = await world.database.db.query<QuoteRow>(
    `select q.id, q.state, q.rate, q.challenged_at is not null challenged,
       q.receipt #>> '{quote,quoted_at}' quoted_at
     from quote q join transaction t on t.id = q.transaction_id
     where t.checkout_session_id = $1 order by q.bound_at`,
    [session],
  )
  return rows
}

/** A session whose card waits for the customer's answer to a challenge. */
async function challengedSession(): Promise<string> {
  const session = await createSession(world, merchant, SALE)
  await pay(world, session, await cardToken(world, session, '4000000000003220'))
  await eventually('a quote that waits', 10, async () => (await quotesOf(session))[0]?.challenged)
  return session
}

async function passChallenge(session: string): Promise<void> {
  const [payment] = await paymentsOf(world, session)
  await turn(world, `payments/${payment?.id}/authenticate`, { outcome: 'authorise' })
}

/** A paid session whose capture waits for a rate. */
async function waitingSession(): Promise<string> {
  const session = await createSession(world, merchant, SALE)
  const answer = await pay(world, session, await cardToken(world, session))
  assert.deepEqual(answer, { status: 200, body: { status: 'processing' } })
  await assertWaiting(session)
  return session
}

async function assertWaiting(session: string): Promise<void> {
  const [attempt] = await attemptsOf(world, merchant, session)
  assert.deepEqual(
    [attempt?.status, attempt?.payout_amount, attempt?.payout_id, attempt?.conversion],
    ['pending', null, null, null],
  )
  assert.equal((await sessionOf(world, merchant, session)).status, 'pending')
  const [payment, ...rest] = await paymentsOf(world, session)
  assert.deepEqual([payment?.status, payment?.entries, rest], ['authorized', [['authorize', 4999]], []])
  const expire = await api(world, merchant, 'POST', `/v1/checkout/${session}/expire`)
  assert.equal(expire.status, 409)
}

async function failedAttempt(session: string): Promise<Transaction> {
  return await eventually('a failed attempt', 20, async () => {
    const [attempt] = await attemptsOf(world, merchant, session)
    return attempt?.status === 'failed' ? attempt : null
  })
}

async function storedReceipt(transaction: string): Promise<{ receipt: Receipt; spread_bps: number }> {
  const { rows } = await world.database.db.query<{ receipt: Receipt; spread_bps: number }>(
    'select c.receipt, t.spread_bps from conversion c join transaction t on t.id = c.transaction_id where t.id = $1',
    [transaction],
  )
  assert.ok(rows[0])
  return rows[0]
}

/** The two documented formulas, in whole numbers: the fee rounds half up, the payout down to the asset's last shown digit. */
function assertFigures(transaction: Transaction, fee_bps: number): void {
  const { amount, fee_amount, payout_amount, payout_currency, conversion } = transaction
  const gross = minorOf(amount, 2)
  const fee = minorOf(fee_amount, 2)
  assert.equal(fee, (gross * BigInt(fee_bps) + 5_000n) / 10_000n)
  const { shown } = ASSETS[payout_currency]
  const payout = ((gross - fee) * scaled(conversion?.rate) * 10n ** BigInt(shown)) / (100n * 10n ** 18n)
  assert.equal(minorOf(payout_amount, shown), payout)
}

/** A decimal with at most 18 digits after the point, times 10¹⁸. */
function scaled(decimal: string | undefined): bigint {
  const [whole = '', fraction = ''] = (decimal ?? '').split('.')
  assert.match(whole + fraction, /^\d+$/)
  return BigInt(whole + fraction.padEnd(18, '0'))
}

function tampered(receipt: Receipt): Receipt {
  const copy = structuredClone(receipt)
  copy.conversion.rate = copy.conversion.rate.replace(/\d$/, (digit) => String((Number(digit) + 1) % 10))
  return copy
}
