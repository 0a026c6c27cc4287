import assert from 'node:assert/strict'
import type { CheckoutSession, Payout, Transaction } from 'skiro'
import { ASSETS, parseDecimal } from '../../packages/server/src/lib/money.ts'
import { capturesOf, nativeBalance, transfersTo } from './judge.ts'
import { api, eventually } from './pay.ts'
import type { Received } from './receiver.ts'
import { verifies } from './receiver.ts'
import type { Merchant, World } from './world.ts'

/** Every attempt on the session, oldest first. For merchants with at most 100 transactions. */
export async function attemptsOf(world: World, merchant: Merchant, session: string): Promise<Transaction[]> {
  const { body } = await api(world, merchant, 'GET', '/v1/transactions?limit=100')
  const all = body.data as Transaction[]
  return all.filter((one) => one.checkout_session_id === session).toReversed()
}

export async function sessionOf(world: World, merchant: Merchant, session: string): Promise<CheckoutSession> {
  const { status, body } = await api(world, merchant, 'GET', `/v1/checkout/${session}`)
  assert.equal(status, 200)
  return body as unknown as CheckoutSession
}

export async function payoutOf(
  world: World,
  merchant: Merchant,
  transaction: Pick<Transaction, 'payout_id'>,
): Promise<Payout> {
  const { status, body } = await api(world, merchant, 'GET', `/v1/payouts/${transaction.payout_id}`)
  assert.equal(status, 200)
  return body as unknown as Payout
}

/** Waits until the card was captured: the transaction that paid the session. */
export async function captured(
  world: World,
  merchant: Merchant,
  session: string,
  seconds = 30,
): Promise<Transaction> {
  return await eventually(`a captured transaction of ${session}`, seconds, async () => {
    const attempts = await attemptsOf(world, merchant, session)
    return attempts.find(({ status }) => status === 'processing' || status === 'completed')
  })
}

/** Waits until the payout of the session is final. */
export async function completed(
  world: World,
  merchant: Merchant,
  session: string,
  seconds = 60,
): Promise<Transaction> {
  return await eventually(`a completed transaction of ${session}`, seconds, async () => {
    const attempts = await attemptsOf(world, merchant, session)
    return attempts.find(({ status }) => status === 'completed')
  })
}

/** Minor units of an amount as the API writes it. */
export function minorOf(amount: number | null, decimals: number): bigint {
  const minor = parseDecimal(String(amount), decimals)
  assert.ok(minor !== null, `${amount} has more than ${decimals} decimals`)
  return minor
}

/** What is owed on-chain for a transaction, in the token's own smallest units. */
export function owedFor({ payout_amount, payout_currency }: Transaction): bigint {
  return minorOf(payout_amount, ASSETS[payout_currency].decimals)
}

/**
 * Asserts that these sessions are all that was ever paid to the merchant, each once: one capture of the full amount in
 * the acquirer's book, and on the chain exactly one transfer of each owed amount and not one more.
 */
export async function assertPaidOnce(
  world: World,
  merchant: Merchant,
  sessions: readonly string[],
): Promise<Transaction[]> {
  const paid = await Promise.all(sessions.map((session) => completed(world, merchant, session)))
  for (const { checkout_session_id, amount, id } of paid) {
    assert.deepEqual(await capturesOf(world, checkout_session_id), [Number(minorOf(amount, 2))])
    const session = await sessionOf(world, merchant, checkout_session_id)
    assert.deepEqual([session.status, session.transaction_id], ['completed', id])
  }
  for (const token of ['USDT', 'USDC'] as const) {
    const owed = paid.filter((one) => one.payout_currency === token).map(owedFor)
    const sent = await transfersTo(world, token, merchant.address)
    assert.deepEqual(
      sent.toSorted(byAmount),
      owed.toSorted(byAmount),
      `${token} transfers are not what is owed`,
    )
  }
  const eth = paid.filter((one) => one.payout_currency === 'ETH').map(owedFor)
  assert.equal(
    await nativeBalance(world, merchant.address),
    eth.reduce((sum, amount) => sum + amount, 0n),
  )
  return paid
}

function byAmount(a: bigint, b: bigint): number {
  return a < b ? -1 : Number(a > b)
}

/** What the merchant's server was sent and its secret verifies, in the order of arrival. */
export function heardBy(world: World, merchant: Merchant): Received[] {
  return world.receiver.received.filter((hook) => verifies(hook, merchant.webhook_secret))
}

/** Waits for `count` different events of a type about objects that fit. */
export async function heard(
  world: World,
  merchant: Merchant,
  type: string,
  fits: (data: Record<string, unknown>) => boolean,
  { seconds = 20, count = 1 } = {},
): Promise<Received['event'][]> {
  return await eventually(`${count} ${type}`, seconds, async () => {
    const found = new Map(
      heardBy(world, merchant)
        .filter(({ event }) => event.type === type && fits(event.data))
        .map(({ event }) => [event.id, event]),
    )
    return found.size >= count ? [...found.values()] : null
  })
}

/** How many rows a table has. */
export async function countRows(world: World, table: string): Promise<number> {
  const { rows } = await world.database.db.query<{ count: bigint }>(`select count(*) from ${table}`)
  return Number(rows[0]?.count)
}
