/** Addresses that are contracts on another network only: their payouts wait for a person, and nobody else's do. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type SandboxChain, startChain } from '../../packages/sandbox/src/chain.ts'
import { rpc } from '../../packages/sandbox/src/chain/rpc.ts'
import { assertBooks } from '../support/books.ts'
import { transfersTo } from '../support/judge.ts'
import { assertPaidOnce, heard } from '../support/outcome.ts'
import { cardToken, createSession, eventually, pay } from '../support/pay.ts'
import { type RpcProxy, startRpcProxy } from '../support/rpcProxy.ts'
import { type Gateway, type Merchant, type World, startWorld } from '../support/world.ts'

let world: World
let elsewhere: SandboxChain
let proxy: RpcProxy
let gateway: Gateway
/** A node that takes every question and answers none. */
const silent = createServer(() => {})

before(async () => {
  world = await startWorld()
  elsewhere = await startChain({
    state_file: join(world.folder, 'base.json'),
    port: 0,
    treasury_key: world.env.SKIRO_TEST_SIGNER_KEY,
    block_time_s: 0,
  })
  proxy = await startRpcProxy(elsewhere.rpc_url)
  await new Promise<void>((resolve) => {
    silent.listen(0, '127.0.0.1', resolve)
  })
  const [chain] = JSON.parse(world.env.SKIRO_TEST_CHAINS) as [object]
  const { vault } = world.chain
  const payouts = { batch_wait_ms: 1_500, fee_share_bps: 10_000 }
  const nowhere = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`
  gateway = await world.startGateway({
    SKIRO_TEST_CHAINS: JSON.stringify([
      { ...chain, vault, payouts },
      { ...chain, network: 'polygon', coin: 'POL', rpc_url: nowhere },
      { ...chain, network: 'base', rpc_url: proxy.url },
    ]),
  })
})
after(async () => {
  await gateway?.stop()
  proxy?.close()
  silent.closeAllConnections()
  silent.close()
  await elsewhere?.stop()
  await world?.stop()
})

test('its payout is held, those beside it are paid, and it is paid once a person has said so', async () => {
  const merchants = await Promise.all([1, 2, 3, 4].map(async () => world.createMerchant()))
  const [safe, ...others] = merchants as [Merchant, Merchant, Merchant, Merchant]
  await rpc(elsewhere.rpc_url, 'anvil_setCode', [safe.address, '0x60016000'])
  const sessions = await Promise.all(
    merchants.map(async (merchant) => createSession(world, merchant, { payout_currency: 'USDC' })),
  )
  const tokens = await Promise.all(sessions.map(async (session) => cardToken(world, session)))
  await Promise.all(sessions.map(async (session, n) => pay(world, session, tokens[n] as string)))

  const [event] = await heard(world, safe, 'payout.held', () => true)
  assert.equal(event?.data.hold_reason, 'contract_elsewhere')
  for (const [n, merchant] of others.entries())
    await assertPaidOnce(world, merchant, [sessions[n + 1] as string])
  for (let look = 0; look < 3; look++) {
    await world.database.db.query(
      `update payout set wake_at = now(), lease_until = null where state = 'held'`,
    )
    await eventually('another look', 20, async () => {
      const { rows } = await world.database.db.query(
        `select from payout where state = 'held' and wake_at > now() + interval '5 seconds'`,
      )
      return rows.length === 1
    })
  }
  // Its tokens were looked at too, once.
  const asked = proxy.asked.filter((method) => method === 'eth_getCode').length
  assert.ok(asked <= merchants.length + 2, `${asked} questions about ${merchants.length} addresses`)
  assert.deepEqual(await transfersTo(world, 'USDC', safe.address), [])

  const release = (merchant: Merchant, id: unknown) =>
    world.command('payout', 'release', '--merchant', merchant.merchant_id, '--payout', String(id))
  await assert.rejects(release(others[0], event?.data.id), /payout release failed/)
  assert.match(await release(safe, event?.data.id), /payouts that waited for that: 1/)
  // The next one does not wait for a person.
  const next = await createSession(world, safe, { payout_currency: 'USDT' })
  await pay(world, next, await cardToken(world, next))
  await assertPaidOnce(world, safe, [sessions[0] as string, next])
  await assert.rejects(release(safe, event?.data.id), /payout release failed/)
  const { rows } = await world.database.db.query(
    `select from event where type = 'payout.held' and data->>'hold_reason' = 'contract_elsewhere'`,
  )
  assert.equal(rows.length, 1)
  await assertBooks(world.database.db)
})
