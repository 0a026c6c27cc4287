import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts'
import { node, treasuryNonce } from '../support/chainControls.ts'
import { eventually } from '../support/pay.ts'
import type { Gateway } from '../support/world.ts'
import { buyAll } from './buy.ts'
import { type Failure, judgePayments } from './judge.ts'
import { judgeNaive, naiveSeat, naivelyDone, oweNaively } from './naive.ts'
import { acquirerBook, paymentsOf } from './observe.ts'
import { type Order, makeOrders } from './orders.ts'
import type { Payment } from './recording.ts'
import { gatewaySeats } from './seats.ts'
import type { ChaosOptions } from './options.ts'
import { type Stage, setStage } from './stage.ts'

const SECONDS = 60
/** After the wallet is held: time to send something after all. */
const WATCH_MS = 3000
const RICH = `0x${(10n ** 21n).toString(16)}`

export type RestoreResult = {
  /** Payments that were charged before the backup and paid after it. */
  readonly payments: readonly Payment[]
  readonly failures: readonly Failure[]
  /** Payouts that the restored gateway holds, the one of a payment after the restore included. */
  readonly held: number
  /** Why the wallet is on hold; null when it is not. */
  readonly hold_reason: string | null
  /** Transactions of the treasury before and after the restored gateway ran. */
  readonly nonces: readonly [before: number, after: number]
  /** Of a worker that takes nonces from the chain. */
  readonly control: readonly Failure[]
}

/**
 * Payments are charged, the database is backed up, all are paid, the backup is put back: the gateway then believes that
 * they are all still to be paid. A naive worker with a wallet of its own goes through the same. No
 * faults: what is on trial is the memory.
 * @param used whether the gateway's wallet has paid anything before the backup
 */
export async function restore(options: ChaosOptions, payouts: number, used = true): Promise<RestoreResult> {
  const stage = await setStage({ ...options, fault_share: 0 })
  try {
    return await play(stage, payouts, used)
  } finally {
    await stage.close()
  }
}

async function play(stage: Stage, payouts: number, used: boolean): Promise<RestoreResult> {
  const { world, postgres, rpc, options } = stage
  const { say, signal } = options
  const { db } = world.database
  const { seats, origins } = await gatewaySeats(stage, 1, 1)
  const [serve, work] = seats
  if (!serve || !work) throw new Error('no seats')
  const orders = await makeOrders(world, payouts + 2)
  const [first, last] = orders.splice(-2) as [Order, Order]
  const shop = { world, origins, signal }
  const naive_key = generatePrivateKey()
  await makeRich(naive_key)
  const running = new Set<Gateway>()
  const start = async (seat: typeof serve) => void running.add(await seat())
  const stop = async () => {
    await Promise.all([...running].map((process) => process.stop()))
    running.clear()
  }
  const paid = (count: number) =>
    eventually(`${count} final payouts`, SECONDS, async () => (await countPayouts('completed')) === count)
  const payNaively = async () => {
    await start(naiveSeat(world, 'send', rpc.url, naive_key))
    await naivelyDone(world, SECONDS)
  }

  try {
    await start(serve)
    if (used) {
      await start(work)
      await buyAll(shop, [first], 0)
      await paid(1)
      await stop()
      await start(serve)
    }
    const sessions = await buyAll(shop, orders, 0)
    const owed = await oweNaively(world, 'send', payouts)
    await stop()
    say(`${payouts} payments charged, none paid out: backing up`)
    const backup = join(stage.folder, 'backup')
    await postgres.backUp(backup)

    await Promise.all([start(work), payNaively()])
    await paid(Number(used) + payouts)
    await stop()
    const before = await paymentsNow(sessions)
    const nonce = await treasuryNonce(world)
    say('all are paid out: restoring the backup')
    await postgres.restore(backup)

    await Promise.all([start(serve), start(work), payNaively()])
    await buyAll(shop, [last], 0)
    await eventually(
      'nothing that waits to be sent',
      SECONDS,
      async () => (await countPayouts('pending')) === 0,
    )
    await sleep(WATCH_MS)
    const after = await paymentsNow(sessions)
    const { rows } = await db.query<{ hold_reason: string | null }>('select hold_reason from treasury_wallet')
    return {
      payments: before,
      // What was owed and completed before the restore, against what has arrived after it.
      failures: judgePayments(
        before.map((payment, n) => ({ ...payment, received: after[n]?.received ?? [] })),
      ),
      held: await countPayouts('held'),
      hold_reason: rows[0]?.hold_reason ?? null,
      nonces: [nonce, await treasuryNonce(world)],
      control: await judgeNaive(world, owed),
    }
  } finally {
    await stop()
  }

  async function makeRich(key: `0x${string}`): Promise<void> {
    const address = privateKeyToAddress(key)
    await node(world, 'anvil_setBalance', address, RICH)
    for (const token of Object.values(world.chain.tokens)) {
      await node(world, 'anvil_dealERC20', address, token, RICH)
    }
  }

  async function countPayouts(status: string): Promise<number> {
    const { rows } = await db.query<{ n: bigint }>('select count(*) n from payout where status = $1', [
      status,
    ])
    return Number(rows[0]?.n)
  }

  async function paymentsNow(sessions: readonly string[]): Promise<Payment[]> {
    return await paymentsOf(world, orders, sessions, (await acquirerBook(world)).captures)
  }
}
