import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { newPayee, type EvmTestWorld, openTestWorld } from '../../../../test/support/evmWorld.ts'
import type { Chain } from './chain.ts'
import { startRpcProxy } from '../../../../test/support/rpcProxy.ts'
import { contractElsewhere } from './contractElsewhere.ts'
import { rememberContracts } from './rememberContracts.ts'

let here: EvmTestWorld
let there: EvmTestWorld
let chains: Map<string, Chain>
before(async () => {
  ;[here, there] = await Promise.all([openTestWorld(), openTestWorld()])
  chains = new Map([
    ['ethereum', here.chain],
    ['base', there.chainWith({ network: 'base' })],
    ['dead', here.unreachable],
  ])
})
after(async () => {
  await Promise.all([here.close(), there.close()])
})

const CODE = '0x60016000'

test('names the network on which alone the address is a contract', async () => {
  const safe = newPayee()
  await there.rpc('anvil_setCode', safe, CODE)
  assert.equal(await contractElsewhere(chains, 'ethereum', safe), 'base')
  // Where it stands it can be paid.
  assert.equal(await contractElsewhere(chains, 'base', safe), null)
  await here.rpc('anvil_setCode', safe, CODE)
  assert.equal(await contractElsewhere(chains, 'ethereum', safe), null)
})

test('sees nothing in a person, one with delegated code included, and nothing through a dead node', async () => {
  const person = newPayee()
  assert.equal(await contractElsewhere(chains, 'ethereum', person), null)
  await there.rpc('anvil_setCode', person, `0xef0100${'ab'.repeat(20)}`)
  assert.equal(await contractElsewhere(chains, 'ethereum', person), null)
  const safe = newPayee()
  await there.rpc('anvil_setCode', safe, CODE)
  assert.equal(await contractElsewhere(chains, 'dead', safe), null)
  assert.equal(await contractElsewhere(chains, 'unknown', safe), null)
})

test('each chain is asked once for an address, and again only after a while', async () => {
  const proxy = await startRpcProxy(there.node.rpc_url)
  try {
    const two = new Map([
      ['ethereum', here.chain],
      ['base', there.chainWith({ network: 'base', rpc_url: proxy.url })],
    ])
    const asked = () => proxy.asked.filter((method) => method === 'eth_getCode').length
    let now = 0
    const ask = rememberContracts(assert.fail, () => now)
    const safes = Array.from({ length: 5 }, newPayee)
    for (const safe of safes) await there.rpc('anvil_setCode', safe, CODE)
    const look = async () => {
      const found = await Promise.all(
        safes.map(async (safe) => contractElsewhere(two, 'ethereum', safe, ask)),
      )
      return new Set(found)
    }
    // The node is asked for the code of its tokens as well, at first.
    await contractElsewhere(two, 'ethereum', newPayee(), ask)
    const before = asked()
    for (let poll = 0; poll < 3; poll++) assert.deepEqual(await look(), new Set(['base']))
    assert.equal(asked() - before, safes.length)
    // By then they are contracts here, too.
    for (const safe of safes) await here.rpc('anvil_setCode', safe, CODE)
    assert.deepEqual(await look(), new Set(['base']))
    now += 5 * 60_000
    assert.deepEqual(await look(), new Set([null]))
  } finally {
    proxy.close()
  }
})

test('a node that does not answer is named, keeps nobody waiting twice, and hides no other network', async () => {
  const silent = createServer(() => {})
  await new Promise<void>((resolve) => {
    silent.listen(0, '127.0.0.1', resolve)
  })
  let met = 0
  silent.on('connection', () => met++)
  try {
    const { port } = silent.address() as AddressInfo
    const three = new Map([
      ['ethereum', here.chain],
      [
        'polygon',
        there.chainWith({ network: 'polygon', rpc_url: `http://127.0.0.1:${port}`, timeout_ms: 60_000 }),
      ],
      ['base', there.chainWith({ network: 'base' })],
    ])
    const named: string[] = []
    let now = 0
    const ask = rememberContracts(
      (network) => named.push(network),
      () => now,
      1_000,
    )
    const safe = newPayee()
    await there.rpc('anvil_setCode', safe, CODE)
    assert.equal(await contractElsewhere(three, 'ethereum', safe, ask), 'base')
    assert.equal(await contractElsewhere(three, 'ethereum', newPayee(), ask), null)
    assert.deepEqual([named, met], [['polygon'], 1])
  } finally {
    silent.closeAllConnections()
    silent.close()
  }
})
