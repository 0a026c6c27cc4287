import assert from 'node:assert/strict'
import { createPublicClient, http, parseAbiItem } from 'viem'
import { eventually } from './pay.ts'
import type { Merchant, World } from './world.ts'

const TRANSFER = parseAbiItem('event Transfer(address indexed from, address indexed to, uint256 value)')

/** Every token transfer to the address, from the chain's own logs. */
export async function transfersTo(
  world: Pick<World, 'chain'>,
  token: 'USDT' | 'USDC',
  to: `0x${string}`,
): Promise<bigint[]> {
  const client = createPublicClient({ transport: http(world.chain.rpc_url) })
  const logs = await client.getLogs({
    address: world.chain.tokens[token],
    event: TRANSFER,
    args: { to },
    fromBlock: 0n,
  })
  return logs.map((log) => log.args.value ?? 0n)
}

export async function nativeBalance(world: World, address: `0x${string}`): Promise<bigint> {
  return await createPublicClient({ transport: http(world.chain.rpc_url) }).getBalance({ address })
}

type Entry = { type: string; payment_id: string; amount_minor: number }
type Book = { check: { ok: boolean }; payments: { id: string; session: string }[]; entries: Entry[] }

/** What the acquirer's own book says it captured for a session, in minor units, one number per capture. */
export async function capturesOf(world: Pick<World, 'acquirer'>, session: string): Promise<number[]> {
  const book = (await (await fetch(`${world.acquirer.url}/_sim/book`)).json()) as Book
  assert.ok(book.check.ok, "the acquirer's book does not add up")
  const ours = new Set(book.payments.filter((payment) => payment.session === session).map(({ id }) => id))
  return book.entries
    .filter(({ type, payment_id }) => type === 'capture' && ours.has(payment_id))
    .map(({ amount_minor }) => amount_minor)
}

/** Gapless sequence per merchant and mode. Events are numbered a moment after they happened: that is waited for. */
export async function assertSequence(world: World, merchant: Merchant): Promise<void> {
  const rows = await eventually('a number for every event', 20, async () => {
    const { rows } = await world.database.db.query<{ sequence: bigint | null }>(
      'select sequence from event where merchant_id = $1 order by sequence',
      [merchant.merchant_id],
    )
    return rows.every(({ sequence }) => sequence !== null) && rows
  })
  assert.deepEqual(
    rows.map((row) => row.sequence),
    rows.map((_, index) => BigInt(index + 1)),
  )
}
