import { armFailpoint, PAYMENT_FAILPOINTS } from '../../packages/server/src/lib/failpoint.ts'
import type { Db } from '../../packages/server/src/db/sql.ts'
import { askToCancel, batchOf } from '../../packages/server/src/payouts/batchStore.ts'
import { advancePayout } from '../../packages/server/src/payouts/advancePayout.ts'
import { advanceTransaction } from '../../packages/server/src/transactions/advanceTransaction.ts'
import { confirmTransaction } from '../../packages/server/src/transactions/confirmTransaction.ts'
import { payoutPorts, transactionPorts } from '../../packages/server/src/wiring.ts'
import { randomFrom } from '../fuzz/random.ts'
import { type Verdict, judge } from './judge.ts'
import { type Order, placeOrders } from './orders.ts'
import { neverSent } from './otherBooks.ts'
import { createOutside } from './faults.ts'
import { type Actor, Crash, createStage } from './stage.ts'
import { settleUnknown } from './settleUnknown.ts'
import { type Unfinished, nextDay, oncePerBatch, passTime, unfinishedOf } from './unfinished.ts'
import { createSimulatedWorld } from './world.ts'

export type Run = {
  readonly verdict: Verdict
  /** What happened, in order, without ids and times: the same seed gives the same. */
  readonly trace: readonly string[]
  readonly crashes: number
  readonly faults: number
  /** Payments that a person had to settle. */
  readonly persons: number
}

const STEPS = 50
const ROUNDS_TO_DRAIN = 120
const FAIL_HERE = PAYMENT_FAILPOINTS.filter((name) => !/^(?:webhook|guard)/.test(name))

/**
 * One life of the gateway's own code: payments, workers that take turns in any order, crashes in the middle of any step,
 * an outside world that loses requests and answers and forgets keys, reorganisations, wiped pools, fees that rise, batches taken back.
 * Then everything works again, and what was begun has to end. All from the seed.
 */
export async function runSeed(db: Db, seed: string): Promise<Run> {
  const random = randomFrom(seed)
  const stage = createStage()
  const outside = createOutside(random, stage, random.pick([0, 0.05, 0.2]), random.pick([0.02, 0.1, 0.3]))
  const depth = 1 + random.below(4)
  const world = createSimulatedWorld(db, seed, outside, {
    depth,
    fee_cap: random.pick([2_000n, 1_000_000n]),
    coin_size: random.pick([10n ** 12n, 171_600n]),
    is_stuck: random.chance(0.5),
  })
  const { ctx, acquirer, chains, policy, rates } = world
  const trace: string[] = []
  let crashes = 0
  const say = (what: string) => void trace.push(what)

  const orders = await placeOrders(
    db,
    seed,
    Array.from({ length: 2 + random.below(3) }, () => ({
      asset: random.pick(['USDT', 'USDT', 'ETH', 'BTC'] as const),
      token: random.chance(0.9) ? ('ok' as const) : ('declined' as const),
    })),
  )
  const [ethereum] = chains
  for (const { address } of orders) if (random.chance(0.1)) ethereum?.refused.add(address)
  for (const chain of chains) chain.most = 1 + random.below(3)
  const merchants = orders.map(({ session }) => session.merchant_id)
  const nameOf = ({ ref }: Unfinished) => `order ${ref.merchant_id.split('_').at(-1)}`
  const waiting = [...orders]

  // Each worker is a process of its own: nothing in memory is shared.
  const confirm = (order: Order) =>
    stage.start(order.name, () => {
      const own = { ...ctx }
      const card = { token: order.token, customer_email: null }
      return confirmTransaction(own, transactionPorts(own), order.session, card)
    })
  const advance = (work: Unfinished) =>
    stage.start(`${work.kind} of ${nameOf(work)}`, () => {
      const own = { ...ctx }
      return work.kind === 'transaction'
        ? advanceTransaction(own, transactionPorts(own), work.ref)
        : advancePayout(own, payoutPorts(own), work.ref)
    })

  /** All orders are paid, and no payout is begun. */
  async function chargeAll(): Promise<void> {
    const { rate } = outside
    outside.rate = 0
    for (const order of waiting.splice(0)) {
      await confirm(order)
      while (stage.parked.length > 0) await stage.turn(stage.parked[0] as Actor, 'resume')
    }
    outside.rate = rate
  }

  /** Everything that dies with a process. */
  async function crash(): Promise<void> {
    crashes++
    for (const actor of [...stage.parked]) await stage.turn(actor, 'kill')
  }

  const acts: Record<string, () => Promise<void>> = {
    async confirm() {
      const order = waiting.shift()
      if (!order) return
      say(`confirm ${order.name}`)
      await confirm(order)
    },
    async work() {
      const work = await passTime(db, merchants)
      if (work.length === 0) return
      const one = random.pick(work)
      say(`${one.kind} of ${nameOf(one)}, ${one.state}`)
      await advance(one)
    },
    async resume() {
      if (stage.parked.length === 0) return
      const actor = random.pick(stage.parked)
      say(`on: ${actor.name}`)
      await stage.turn(actor, 'resume')
    },
    async kill() {
      if (stage.parked.length === 0) return
      const actor = random.pick(stage.parked)
      say(`kill: ${actor.name}`)
      crashes++
      await stage.turn(actor, 'kill')
    },
    async dieAt() {
      const name = random.pick(FAIL_HERE)
      armFailpoint(name, () => {
        armFailpoint('none', () => {})
        throw new Crash(name)
      })
      say(`dies at ${name}`)
      crashes++
    },
    async mine() {
      const chain = random.pick(chains)
      chain.mine()
      say(`${chain.network}: block, ${chain.consumed()} transactions`)
    },
    async undo() {
      const chain = random.pick(chains)
      chain.undo(1 + random.below(3))
      say(`${chain.network}: reorganised, ${chain.consumed()} transactions`)
    },
    async wipe() {
      const chain = random.pick(chains)
      chain.wipe()
      say(`${chain.network}: pool wiped`)
    },
    async lag() {
      const chain = random.pick(chains)
      chain.lags = !chain.lags
    },
    async fee() {
      const chain = random.pick(chains)
      chain.fee = random.pick([1_000n, 1_100n, 1_500n, 2_500n])
      say(`${chain.network}: asks ${chain.fee}`)
    },
    async empty() {
      const chain = random.pick(chains)
      chain.is_empty = !chain.is_empty
      say(`${chain.network}: the wallet is ${chain.is_empty ? 'empty' : 'full'}`)
    },
    async rates() {
      rates.are_down = !rates.are_down
      say(`rates are ${rates.are_down ? 'down' : 'up'}`)
    },
    async stuck() {
      policy.bump_after_ms = -policy.bump_after_ms
    },
    async cancel() {
      const work = (await unfinishedOf(db, merchants)).filter(({ kind }) => kind === 'payout')
      if (work.length === 0) return
      const one = random.pick(work)
      const batch = await batchOf(db, one.ref)
      if (batch) await askToCancel(db, batch)
      say(`take back ${nameOf(one)}`)
    },
    async restart() {
      say('restart')
      await crash()
    },
    async deploy() {
      say('deploy')
      await crash()
      acquirer.deploy()
    },
    async nextDay() {
      // Nobody is in the middle of a call for a day.
      while (stage.parked.length > 0) await stage.turn(stage.parked[0] as Actor, 'resume')
      say('a day passes')
      await nextDay(db, merchants)
      acquirer.forgetKeys()
    },
  }
  const dice = [
    'work',
    'work',
    'work',
    'work',
    'resume',
    'resume',
    'resume',
    'resume',
    'resume',
    'resume',
    'mine',
    'mine',
    'confirm',
    'confirm',
  ]
  const rare = [
    ...['kill', 'kill', 'dieAt', 'dieAt', 'undo', 'undo', 'wipe', 'wipe', 'lag', 'fee', 'fee'],
    ...['stuck', 'stuck', 'cancel', 'cancel', 'restart', 'restart', 'empty', 'rates'],
    ...['deploy', 'deploy', 'nextDay', 'nextDay', 'nextDay', 'nextDay'],
  ] as const
  // In half of the lives the cards are charged without trouble, so that the trouble meets the payouts.
  if (random.chance(0.5)) await chargeAll()
  for (let step = 0; step < STEPS; step++) {
    const act = acts[random.chance(0.18) ? random.pick(rare) : random.pick(dice)]
    await act?.()
  }

  const in_the_middle = await neverSent(db, world)

  // Everything works again.
  armFailpoint('none', () => {})
  outside.rate = 0
  rates.are_down = false
  policy.fee_cap = 10n ** 9n
  policy.bump_after_ms = 1e12
  for (const chain of chains) Object.assign(chain, { lags: false, is_empty: false, fee: 1_000n })
  let [rounds, persons] = [0, 0]
  for (; rounds < ROUNDS_TO_DRAIN; rounds++) {
    while (stage.parked.length > 0) await stage.turn(stage.parked[0] as Actor, 'resume')
    const order = waiting.shift()
    if (order) await confirm(order)
    else {
      const work = await passTime(db, merchants)
      if (work.length === 0) break
      for (const one of oncePerBatch(work)) await advance(one)
      persons += await settleUnknown(db, world, merchants, random)
    }
    while (stage.parked.length > 0) await stage.turn(stage.parked[0] as Actor, 'resume')
    for (const chain of chains) for (let block = 0; block <= depth; block++) chain.mine()
  }
  const verdict = await judge(db, world, [...stage.errors, ...in_the_middle], orders)
  say(verdict.summary)
  return {
    verdict,
    trace,
    crashes,
    persons,
    faults: Object.values(outside.counts).reduce((sum, n) => sum + n, 0),
  }
}
