import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Address, Hex } from 'viem'
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts'
import type { Gateway, World } from '../support/world.ts'
import { receiptsOf } from './chainBook.ts'
import type { Seat } from './fleet.ts'
import { type Failure, judgePayments } from './judge.ts'
import { receivedBy } from './observe.ts'
import type { Payment } from './recording.ts'

const WORKER = new URL('naiveWorker.ts', import.meta.url).pathname
const TOKENS = ['USDT', 'USDC'] as const
const FIRST_AMOUNT = 17_000_000n

export type How = 'send' | 'resend'
export type Owed = {
  readonly asset: 'USDT' | 'USDC'
  readonly address: Address
  readonly amount: bigint
  readonly key: string
}

/** Writes payouts to new addresses into the naive workers' own table, and nothing else. */
export async function oweNaively({ database, chain }: World, how: How, count: number): Promise<Owed[]> {
  const { db } = database
  await db.query('drop table if exists naive_payout')
  await db.query(`create table naive_payout (id text primary key, token text, address text, amount numeric, hash text,
    raw text, signed_at timestamptz, done boolean not null default false, taken_until timestamptz not null default now())`)
  const owed = Array.from({ length: count }, (_, n) => ({
    asset: TOKENS[n % 2] ?? 'USDT',
    address: privateKeyToAddress(generatePrivateKey()),
    amount: FIRST_AMOUNT + BigInt(n),
    key: `${how}-${n}`,
  }))
  for (const { key, asset, address, amount } of owed) {
    const row = [key, chain.tokens[asset], address, amount]
    await db.query('insert into naive_payout (id, token, address, amount) values ($1, $2, $3, $4)', row)
  }
  return owed
}

/** A seat for a naive worker that pays with `key`. */
export function naiveSeat({ database, folder }: World, how: How, rpc_url: string, key: Hex): Seat {
  return async (): Promise<Gateway> => {
    const child = spawn(process.execPath, [WORKER, how, database.url, rpc_url, key], {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { NODE_COMPILE_CACHE: join(folder, 'compiled'), ...process.env },
    })
    const exited = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string)
    const ready = new Promise<void>((resolve) => child.stdout.once('data', () => resolve()))
    const end = async () => {
      child.kill('SIGKILL')
      await exited
    }
    return { child, exited, ready, stop: end, kill: end }
  }
}

/** Waits until the naive workers take all for done, for at most so many seconds: with some it never is. */
export async function naivelyDone({ database }: World, seconds: number): Promise<void> {
  const end = performance.now() + seconds * 1000
  while (performance.now() < end) {
    const left = await database.db.query('select from naive_payout where not done limit 1').catch(() => null)
    if (left?.rows.length === 0) return
    await sleep(100)
  }
}

/** The same judge's word on the naive workers. All they owe counts as charged: only payouts are on trial. */
export async function judgeNaive(world: World, owed: readonly Owed[]): Promise<Failure[]> {
  const addresses = owed.map(({ address }) => address)
  const receipts = await receiptsOf(world, addresses)
  return judgePayments(
    owed.map(
      ({ asset, address, amount, key }): Payment => ({
        order: { asset, address, cents: 0, key },
        session: key,
        owed: amount,
        payout_id: null,
        status: 'completed',
        captures: [0],
        received: receivedBy(receipts, asset, address),
      }),
    ),
  )
}
