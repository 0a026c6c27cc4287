import { readFile } from 'node:fs/promises'
import { type Address, getAddress } from 'viem'
import type { Db } from '../../packages/server/src/db/sql.ts'
import { treasuryNonce } from '../support/chainControls.ts'
import type { World } from '../support/world.ts'
import { holdingsOf, receiptsOf } from './chainBook.ts'
import { ASSETS, type Order } from './orders.ts'
import type { Payment, Recording } from './recording.ts'

/** Accounts that are empty when every payout is final. */
const EMPTY = ['payout_in_flight', 'merchant_payable']

/**
 * Reads all books when everything is over.
 * @param before what the treasury held on the chain at the beginning
 */
export async function observe(
  world: World,
  orders: readonly Order[],
  sessions: readonly string[],
  before: ReadonlyMap<string, bigint>,
): Promise<Recording> {
  const { db } = world.database
  const { check, captures } = await acquirerBook(world)
  const now = await holdingsOf(world)
  const booked = await totals(db, 'hot_wallet')
  return {
    payments: await paymentsOf(world, orders, sessions, captures),
    ledger: [
      ...(await totals(db, null)).map((row) => ({ what: 'the sum of all postings', ...row })),
      ...(
        await Promise.all(
          EMPTY.map(async (what) => (await totals(db, what)).map((row) => ({ what, ...row }))),
        )
      ).flat(),
    ],
    treasury: ASSETS.map((asset) => ({
      asset,
      chain: (now.get(asset) ?? 0n) - (before.get(asset) ?? 0n),
      ledger: booked.find((row) => row.asset === asset)?.total ?? 0n,
    })),
    nonce: { chain: BigInt(await treasuryNonce(world)), database: await nextNonce(db) },
    acquirer_adds_up: check.ok,
    events: await eventsOf(db),
    bugs: await bugsIn(world.log_file),
  }
}

type Book = {
  check: { ok: boolean }
  payments: { id: string; session: string }[]
  entries: { type: string; payment_id: string; amount_minor: number }[]
}

/** Captures by session, and whether the book adds up. */
export async function acquirerBook({ acquirer }: World) {
  const book = (await (await fetch(`${acquirer.url}/_sim/book`)).json()) as Book
  const session_of = new Map(book.payments.map(({ id, session }) => [id, session]))
  const captures = new Map<string, number[]>()
  for (const { type, payment_id, amount_minor } of book.entries) {
    if (type !== 'capture') continue
    const session = session_of.get(payment_id) ?? ''
    captures.set(session, [...(captures.get(session) ?? []), amount_minor])
  }
  return { check: book.check, captures }
}

type Charge = { session: string; status: string; payout_amount: bigint | null; payout_id: string | null }

/** The payments of the orders, with what the chain and the acquirer know of them. */
export async function paymentsOf(
  world: World,
  orders: readonly Order[],
  sessions: readonly string[],
  captures: ReadonlyMap<string, number[]>,
): Promise<Payment[]> {
  const receipts = await receiptsOf(world, [...new Set(orders.map(({ merchant }) => merchant.address))])
  const { rows } = await world.database.db.query<Charge>(
    `select checkout_session_id session, status, payout_amount, payout_id from transaction where status <> 'failed'`,
  )
  const charges = new Map(rows.map((row) => [row.session, row]))
  return orders.map(({ merchant, asset, cents, key }, n) => {
    const session = sessions[n] ?? key
    const charge = charges.get(session)
    const address = getAddress(merchant.address)
    return {
      order: { asset, cents, key, address },
      session,
      owed: charge?.payout_amount ?? null,
      payout_id: charge?.payout_id ?? null,
      status: charge?.status ?? 'unknown',
      captures: captures.get(session) ?? [],
      received: receivedBy(receipts, asset, address),
    }
  })
}

/** Amounts of one asset that arrived at an address. */
export function receivedBy(
  receipts: readonly { asset: string; to: string; amount: bigint }[],
  asset: string,
  address: Address,
): bigint[] {
  return receipts.filter((one) => one.asset === asset && one.to === address).map(({ amount }) => amount)
}

async function totals(db: Db, account: string | null) {
  const { rows } = await db.query<{ asset: string; total: bigint }>(
    `select asset, sum(amount) total from posting where $1::text is null or account = $1 group by asset`,
    [account],
  )
  return rows
}

async function nextNonce(db: Db): Promise<bigint> {
  const { rows } = await db.query<{ next_nonce: bigint }>('select next_nonce from treasury_wallet')
  return rows[0]?.next_nonce ?? 0n
}

async function eventsOf(db: Db): Promise<Recording['events']> {
  const { rows } = await db.query<{
    merchant_id: string
    sequence: bigint | null
    type: string
    object_id: string
  }>('select merchant_id, sequence, type, object_id from event order by merchant_id, sequence')
  return [...Map.groupBy(rows, ({ merchant_id }) => merchant_id).values()]
}

async function bugsIn(log_file: string): Promise<string[]> {
  const lines = (await readFile(log_file, 'utf8')).split('\n')
  return lines
    .filter((line) => line.includes('AssertionFailed') || line.startsWith('{"level":60'))
    .slice(0, 20)
}
