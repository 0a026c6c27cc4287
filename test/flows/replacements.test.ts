/** Transactions that nobody mines: a higher fee, one that takes them back, and payouts that wait because of the fee. */
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { assertBooks } from '../support/books.ts'
import { node, treasuryNonce } from '../support/chainControls.ts'
import { transfersTo } from '../support/judge.ts'
import { assertPaidOnce, captured, heard, owedFor, payoutOf } from '../support/outcome.ts'
import { cardToken, createSession, eventually, pay } from '../support/pay.ts'
import { startRpcProxy } from '../support/rpcProxy.ts'
import { setVenues } from '../support/simulate.ts'
import { type Gateway, type Merchant, type World, startWorld } from '../support/world.ts'

const GWEI = 10n ** 9n
let world: World
let gateway: Gateway | null = null
before(async () => {
  // Blocks come only when a test wants one.
  world = await startWorld({ block_time_s: 0 })
})
afterEach(async () => {
  await gateway?.stop()
  gateway = null
})
after(() => world?.stop())

/** The gateway, making payouts like this. */
async function start(
  payouts: object,
  extra: Record<string, string> = {},
  rpc_url = world.chain.rpc_url,
): Promise<Gateway> {
  const [chain] = JSON.parse(world.env.SKIRO_TEST_CHAINS) as [{ payouts: object }]
  const SKIRO_TEST_CHAINS = JSON.stringify([{ ...chain, rpc_url, payouts: { ...chain.payouts, ...payouts } }])
  gateway = await world.startGateway({ SKIRO_TEST_CHAINS, ...extra })
  return gateway
}

async function buy(merchant: Merchant): Promise<string> {
  const session = await createSession(world, merchant)
  await pay(world, session, await cardToken(world, session))
  return session
}

const payoutNow = async (merchant: Merchant, session: string) =>
  await payoutOf(world, merchant, await captured(world, merchant, session))

const tries = (merchant: Merchant, session: string, count: number) =>
  eventually(`${count} transactions of one payout`, 30, async () => {
    const payout = await payoutNow(merchant, session)
    return payout.attempts.length >= count && payout
  })

/** Blocks until nothing is left to wait for. What is held is looked at again at once. */
async function mineUntil<T>(what: Promise<T>): Promise<T> {
  const done = what.finally(() => clearInterval(mining))
  const mining = setInterval(() => {
    void node(world, 'evm_mine').catch(() => {})
    void world.database.db.query(`update payout set wake_at = now() where state = 'held'`).catch(() => {})
  }, 250)
  return await done
}

test('a payout that nobody mines is sent again at a higher fee, with the same nonce, and pays once', async () => {
  const merchant = await world.createMerchant()
  await start({ bump_after_ms: 1000 })
  const nonce = await treasuryNonce(world)
  const session = await buy(merchant)
  const { attempts } = await tries(merchant, session, 3)
  assert.equal(new Set(attempts).size, attempts.length)
  const offers = await Promise.all(attempts.slice(0, 3).map(async (hash) => await feesOf(hash)))
  // The pool has forgotten those that were replaced: what they offered is in our own books.
  for (const [n, next] of offers.slice(1).entries()) {
    const last = offers[n] as Fees
    assert.ok(next.max * 8n >= last.max * 9n && next.tip * 8n >= last.tip * 9n, 'less than an eighth more')
  }
  await mineUntil(assertPaidOnce(world, merchant, [session]))
  assert.equal(await treasuryNonce(world), nonce + 1)
  const payout = await payoutNow(merchant, session)
  assert.ok(payout.attempts.includes(payout.tx_hash ?? ''))
  await assertBooks(world.database.db)
})

test('versions that the network does not take are never shown, and a higher one follows in time', async () => {
  const merchant = await world.createMerchant()
  const proxy = await startRpcProxy(world.chain.rpc_url)
  try {
    const nonce = await treasuryNonce(world)
    await start({ bump_after_ms: 1000 }, {}, proxy.url)
    const session = await buy(merchant)
    const [first] = (await tries(merchant, session, 1)).attempts
    // From now on the first version waits in the pool and nothing takes its place.
    proxy.refuses.set('eth_sendRawTransaction', 'replacement transaction underpriced')
    const versions = async () => {
      const { rows } = await world.database.db.query<{ hash: string; shown: string }>(
        `select x.hash, b.tx_hash shown from chain_tx x join payout_batch b on b.id = x.batch_id
         where b.nonce = $1 and x.hash is not null order by x.version`,
        [nonce],
      )
      return rows
    }
    await eventually('a third version', 30, async () => (await versions()).length >= 3)
    const refused = await payoutNow(merchant, session)
    assert.deepEqual([refused.tx_hash, refused.attempts], [first, [first]])
    proxy.refuses.clear()
    const sent = await tries(merchant, session, 2)
    assert.ok(!sent.attempts.includes(String((await versions())[1]?.hash)), 'a hash that no network took')
    await mineUntil(assertPaidOnce(world, merchant, [session]))
    assert.equal(await treasuryNonce(world), nonce + 1)
    await assertBooks(world.database.db)
  } finally {
    await gateway?.stop()
    gateway = null
    proxy.close()
  }
})

test('one that the network does not take at all, because fees rose before it was sent, gets a higher one too', async () => {
  const merchant = await world.createMerchant()
  const doomed = await start({}, { SKIRO_FAILPOINT: 'payout.signature_recorded' })
  const session = await createSession(world, merchant)
  void pay(world, session, await cardToken(world, session)).catch(() => null)
  assert.equal(await doomed.exited, 'SIGKILL')
  await node(world, 'anvil_setNextBlockBaseFeePerGas', `0x${(20n * GWEI).toString(16)}`)
  await node(world, 'evm_mine')
  await start({})
  await tries(merchant, session, 1)
  await mineUntil(assertPaidOnce(world, merchant, [session]))
  await assertBooks(world.database.db)
})

test('one that is taken back pays nobody, and the payout is made by another, once', async () => {
  const merchant = await world.createMerchant()
  await start({})
  const nonce = await treasuryNonce(world)
  const session = await buy(merchant)
  const { id } = await tries(merchant, session, 1)
  const words = ['payout', 'cancel', '--merchant', merchant.merchant_id, '--payout', id]
  assert.match(await world.command(...words), /will be taken back/)
  await eventually('a version that cancels', 30, async () => {
    const { rows } = await world.database.db.query(
      `select from chain_tx where kind = 'cancel' and broadcast_at is not null`,
    )
    return rows.length === 1
  })
  assert.deepEqual(await transfersTo(world, 'USDT', merchant.address), [])
  await mineUntil(assertPaidOnce(world, merchant, [session]))
  assert.equal(await treasuryNonce(world), nonce + 2, 'one nonce for nobody, one for the payout')
  const payout = await payoutNow(merchant, session)
  assert.equal(payout.attempts.length, 2)
  const { rows } = await world.database.db.query<{ state: string }>(
    `select b.state from payout_batch b join batch_payment l on l.batch_id = b.id where l.payout_id = $1 order by b.nonce`,
    [id],
  )
  assert.deepEqual(
    rows.map(({ state }) => state),
    ['cancelled', 'final'],
  )
  await assertBooks(world.database.db)
  await assert.rejects(world.command(...words), /payout cancel failed/)
})

test('a fee above the cap, or one that nobody can judge, holds the payout and takes no nonce', async () => {
  const merchant = await world.createMerchant()
  const nonce = await treasuryNonce(world)
  const dear = await start({ fee_cap: '0.000000001' })
  const session = await buy(merchant)
  const of_it = async (reason: string) => {
    const { payout_id } = await captured(world, merchant, session)
    await heard(
      world,
      merchant,
      'payout.held',
      (data) => data.id === payout_id && data.hold_reason === reason,
    )
  }
  await of_it('fee_too_high')
  await dear.stop()
  await setVenues(world, { kraken: 'down', coinbase: 'down', binance: 'down' })
  await world.database.db.query(`update payout set wake_at = now() where state = 'held'`)
  await start({})
  await of_it('no_rate')
  assert.equal(await treasuryNonce(world), nonce)
  await setVenues(world, { kraken: 'normal', coinbase: 'normal', binance: 'normal' })
  await mineUntil(assertPaidOnce(world, merchant, [session]))
  assert.ok(owedFor(await captured(world, merchant, session)) > 0n)
  await assertBooks(world.database.db)
})

type Fees = { readonly max: bigint; readonly tip: bigint }

/** What a version offered, from the bytes that were stored before it was sent. */
async function feesOf(hash: string): Promise<Fees> {
  const { rows } = await world.database.db.query<{ fields: Record<string, string> }>(
    `select intent -> 'fields' fields from chain_tx where hash = $1`,
    [hash],
  )
  const fields = rows[0]?.fields ?? {}
  return { max: BigInt(fields.max_fee_per_gas ?? 0), tip: BigInt(fields.max_priority_fee_per_gas ?? 0) }
}
