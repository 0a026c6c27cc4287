import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts'
import type { Gateway, World } from '../support/world.ts'
import { BLOCKS_TO_FINAL } from './blocks.ts'
import { receiptsOf } from './chainBook.ts'
import { disturb } from './disturb.ts'
import { type Seat, startFleet } from './fleet.ts'
import { type Failure, judgePayments } from './judge.ts'
import { receivedBy } from './observe.ts'
import type { Payment } from './recording.ts'
import type { Stage } from './stage.ts'

const WORKER = new URL('naiveWorker.ts', import.meta.url).pathname
const TOKENS = ['USDT', 'USDC'] as const
const FIRST_AMOUNT = 17_000_000n
/** Twice at most, under faults and without: nobody knows whether it will ever be done. */
const PATIENCE_SECONDS = 45

/**
 * Naive payout workers under the same faults, on the same chain, judged by the same judge. Everything they owe is
 * charged beforehand, so that only their payouts are on trial.
 */
export async function control(stage: Stage, how: 'send' | 'resend', kills: number): Promise<Failure[]> {
  const { options, world, rpc, blocks, newRandom } = stage
  const { db, url } = world.database
  const owed = Array.from({ length: options.control_payouts }, (_, n) => ({
    asset: TOKENS[n % 2] ?? 'USDT',
    address: privateKeyToAddress(generatePrivateKey()),
    amount: FIRST_AMOUNT + BigInt(n),
    key: `${how}-${n}`,
  }))
  await db.query('drop table if exists naive_payout')
  await db.query(`create table naive_payout (id text primary key, token text, address text, amount numeric, hash text,
    raw text, signed_at timestamptz, done boolean not null default false, taken_until timestamptz not null default now())`)
  for (const { key, asset, address, amount } of owed) {
    const row = [key, world.chain.tokens[asset], address, amount]
    await db.query('insert into naive_payout (id, token, address, amount) values ($1, $2, $3, $4)', row)
  }

  rpc.restless()
  const start = seat(world, [how, url, rpc.url, world.env.SKIRO_TEST_SIGNER_KEY])
  const fleet = startFleet(
    Array.from({ length: options.workers }, () => start),
    newRandom(),
  )
  const done = async () => {
    const end = performance.now() + PATIENCE_SECONDS * 1000
    while (performance.now() < end) {
      const { rows } = await db
        .query('select from naive_payout where not done limit 1')
        .catch(() => ({ rows: [1] }))
      if (rows.length === 0) return
      await sleep(100)
    }
  }
  try {
    await disturb(stage, fleet, kills, done())
    rpc.calm()
    await done()
  } finally {
    await fleet.stop()
  }
  await blocks.mine(BLOCKS_TO_FINAL)
  const receipts = await receiptsOf(
    world,
    owed.map(({ address }) => address),
  )
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

function seat(world: World, args: readonly string[]): Seat {
  return async (): Promise<Gateway> => {
    const child = spawn(process.execPath, [WORKER, ...args], {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, NODE_COMPILE_CACHE: join(world.folder, 'compiled') },
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
