import assert from 'node:assert/strict'
import { createSession, sessionInserts } from '../../packages/server/src/checkout/createSession.ts'
import { createSessionBody } from '../../packages/server/src/checkout/schema.ts'
import { expireSession } from '../../packages/server/src/checkout/expireSession.ts'
import { type Db, inTransaction } from '../../packages/server/src/db/sql.ts'
import { accountBalance } from '../../packages/server/src/ledger/balanceStore.ts'
import { SkiroError, ProviderError } from '../../packages/server/src/lib/errors.ts'
import { armFailpoint } from '../../packages/server/src/lib/failpoint.ts'
import type { Fiat } from '../../packages/server/src/lib/money.ts'
import type { Ref } from '../../packages/server/src/lib/tenant.ts'
import { parseApiKey } from '../../packages/server/src/merchants/apiKey.ts'
import { advancePayout } from '../../packages/server/src/payouts/advancePayout.ts'
import { askToCancel, batchOf } from '../../packages/server/src/payouts/batchStore.ts'
import { advanceTransaction } from '../../packages/server/src/transactions/advanceTransaction.ts'
import { confirmTransaction } from '../../packages/server/src/transactions/confirmTransaction.ts'
import { payoutPorts, transactionPorts } from '../../packages/server/src/wiring.ts'
import { checkBooks } from '../invariants/checkBooks.ts'
import { checkChains } from '../invariants/checkChains.ts'
import type { Outside } from '../simulation/faults.ts'
import { neverSent, otherBooks, otherCharges } from '../simulation/otherBooks.ts'
import { Crash } from '../simulation/stage.ts'
import { passTime } from '../simulation/unfinished.ts'
import { createSimulatedWorld } from '../simulation/world.ts'
import { newMerchant } from '../support/gatewayContext.ts'
import { tryWrite } from './badWrites.ts'
import type { Command, Trouble } from './command.ts'
import { type Book, type Charge, type Given, move, nothingGiven } from './movements.ts'

const DEPTH = 2
const ROUNDS_TO_DRAIN = 60

let lives = 0

/**
 * Runs the commands one after the other on the gateway's own functions. Then all invariants must hold, in the middle of
 * whatever is under way; then everything works again, what was begun must end, and they must hold once more.
 * @param slow the same database for statements that read much
 * @param book how movements of the ledger are booked; another one for a test that plants a mistake
 * @throws AssertionError with what does not hold
 */
export async function live(db: Db, slow: Db, commands: readonly Command[], book?: Book): Promise<void> {
  const outside = scriptedOutside()
  const name = `life${lives++}`
  const world = createSimulatedWorld(db, name, outside, {
    depth: DEPTH,
    fee_cap: 10n ** 9n,
    coin_size: 10n ** 12n,
    is_stuck: false,
  })
  const { ctx, chains } = world
  const shops = await Promise.all(
    [0, 1].map(async (n) => {
      const wallet = (network: string) => ({ network, address: `${name}_${n}_${network}` })
      const wallets = { USDT: wallet('ethereum'), ETH: wallet('ethereum'), BTC: wallet('bitcoin') }
      const { merchant_id, api_key } = await newMerchant(ctx, { wallets })
      const key = parseApiKey(`Bearer ${api_key}`)
      assert(key)
      return { merchant_id, key }
    }),
  )
  const merchants = shops.map(({ merchant_id }) => merchant_id)
  const insert = sessionInserts(ctx)
  const sessions: Ref[] = []
  const by_key = new Map<string, string>()
  const given = new Map<string, Given>()

  async function run(command: Command, n: number): Promise<void> {
    switch (command.do) {
      case 'create': {
        const shop = shops[command.merchant]
        assert(shop)
        const body = createSessionBody.parse({
          amount: command.cents / 100,
          currency: 'USD',
          payout_currency: command.asset,
        })
        const key = command.key === null ? null : `key-${command.key}-of-${name}`
        const made = await unlessRefused(() => createSession(ctx, insert, shop.key, body, key))
        if (!made)
          return assert(key !== null && by_key.has(`${shop.merchant_id} ${key}`), 'a session was refused')
        const { session, replayed } = made
        if (key !== null) {
          const first = by_key.get(`${shop.merchant_id} ${key}`)
          assert.equal(replayed, first !== undefined)
          assert.equal(session.id, first ?? session.id, 'I14: one key made two sessions')
          by_key.set(`${shop.merchant_id} ${key}`, session.id)
        }
        if (!replayed) sessions.push(session)
        return
      }
      case 'confirm': {
        const session = pick(sessions, command.which)
        if (!session) return
        const card = { token: `${command.card}_${session.id}_${n}`, customer_email: null }
        await within(outside, command.trouble, () =>
          confirmTransaction({ ...ctx }, transactionPorts(ctx), session, card),
        )
        return
      }
      case 'advance': {
        const work = pick(await passTime(db, merchants), command.which)
        if (!work) return
        await within(outside, command.trouble, () =>
          work.kind === 'transaction'
            ? advanceTransaction({ ...ctx }, transactionPorts(ctx), work.ref)
            : advancePayout({ ...ctx }, payoutPorts(ctx), work.ref),
        )
        return
      }
      case 'mine':
        for (let block = 0; block < command.blocks; block++) chains[command.network]?.mine()
        return
      case 'undo':
        chains[command.network]?.undo(command.blocks)
        return
      case 'wipe':
        chains[command.network]?.wipe()
        return
      case 'dearer': {
        const chain = chains[command.network]
        if (chain) chain.fee += chain.fee / 2n
        return
      }
      case 'expire': {
        const session = pick(sessions, command.which)
        if (session) await unlessRefused(() => inTransaction(db, (tx) => expireSession(ctx, tx, session)))
        return
      }
      case 'takeBack': {
        const payouts = (await passTime(db, merchants)).filter(({ kind }) => kind === 'payout')
        const payout = pick(payouts, command.which)
        const batch = payout && (await batchOf(db, payout.ref))
        if (batch) await askToCancel(db, batch)
        return
      }
      case 'book': {
        const charge = pick(await chargesOf(db, merchants), command.which)
        if (!charge) return
        const model = given.get(charge.id) ?? nothingGiven()
        given.set(charge.id, model)
        await move(db, command.movement, charge, model, command.share, n, book)
        return
      }
      case 'write':
        assert.notEqual(
          await tryWrite(slow, command.write),
          'accepted',
          `PostgreSQL let somebody ${command.write}`,
        )
    }
  }

  async function check(when: string): Promise<void> {
    const broken = [...(await checkBooks(slow)), ...(await neverSent(db, world))]
    for (const merchant_id of merchants) {
      const tenant = { merchant_id, livemode: false }
      const charges = await chargesOf(db, [merchant_id])
      const due = { suspense: 0n, acquirer_receivable: 0n }
      for (const { id, amount } of charges) {
        const { in_suspense, acquirer } = given.get(id) ?? nothingGiven()
        due.suspense += in_suspense
        due.acquirer_receivable += amount + acquirer
      }
      for (const account of ['suspense', 'acquirer_receivable'] as const) {
        const says = await accountBalance(db, tenant, account, 'USD')
        if (says !== due[account])
          broken.push(`I8 ${account} of ${merchant_id} is ${says}, should be ${due[account]}`)
      }
    }
    assert.deepEqual(broken, [], when)
  }

  /** Also after a mistake was found: what is left over would be paid by the next life. */
  async function drain(): Promise<void> {
    for (const chain of chains) chain.fee = 1_000n
    for (let round = 0; round < ROUNDS_TO_DRAIN; round++) {
      const work = await passTime(db, merchants)
      if (work.length === 0) return
      for (const { kind, ref } of work)
        if (kind === 'transaction') await advanceTransaction(ctx, transactionPorts(ctx), ref)
        else await advancePayout(ctx, payoutPorts(ctx), ref)
      for (const chain of chains) for (let block = 0; block <= DEPTH; block++) chain.mine()
    }
    assert.fail('I12: something never ends')
  }

  try {
    for (const [n, command] of commands.entries()) await run(command, n)
    await check('in the middle')
  } finally {
    await drain()
  }
  await check('at the end')
  assert.deepEqual(
    [
      ...(await otherBooks(db, world, merchants)),
      ...(await otherCharges(db, world, merchants)),
      ...(await checkChains(db, merchants)),
    ],
    [],
    'the world',
  )
}

const pick = <T>(list: readonly T[], which: number): T | undefined => list[which % Math.max(1, list.length)]

/** Null: refused, by name. Anything else is a bug. */
async function unlessRefused<T>(act: () => Promise<T>): Promise<T | null> {
  try {
    return await act()
  } catch (error) {
    if (error instanceof SkiroError) return null
    throw error
  }
}

async function chargesOf(db: Db, merchants: readonly string[]): Promise<Charge[]> {
  const { rows } = await db.query<Ref & { amount: bigint; currency: Fiat }>(
    `select merchant_id, livemode, id, amount, currency from transaction
     where merchant_id = any ($1) and captured_at is not null order by captured_at, id`,
    [merchants],
  )
  return rows
}

type Scripted = Outside & { plan: { kind: 'lost' | 'answer_lost' | 'twice'; in: number } | null }

/** Every call is answered, but for the one that a command has planned otherwise. */
function scriptedOutside(): Scripted {
  const outside: Scripted = {
    rate: 0,
    counts: { lost: 0, answer_lost: 0, twice: 0 },
    plan: null,
    async call(where, act) {
      const now = outside.plan !== null && outside.plan.in-- === 0 ? outside.plan.kind : null
      if (now === 'lost') throw new ProviderError('model', 'unknown', `${where}: no answer`)
      const answer = act()
      if (now === 'twice') act()
      if (now === 'answer_lost') throw new ProviderError('model', 'unknown', `${where}: no answer`)
      return answer
    },
  }
  return outside
}

/** Runs one worker, which may meet a failure or die. */
async function within(outside: Scripted, trouble: Trouble, work: () => Promise<unknown>): Promise<void> {
  if (trouble?.kind === 'dies')
    armFailpoint(trouble.at, () => {
      throw new Crash(trouble.at)
    })
  else if (trouble) outside.plan = { kind: trouble.kind, in: trouble.at }
  try {
    await work()
  } catch (error) {
    if (!(error instanceof Crash)) throw error
  } finally {
    armFailpoint('none', () => {})
    outside.plan = null
  }
}
