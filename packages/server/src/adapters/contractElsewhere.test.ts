import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { newPayee, type EvmTestWorld, openTestWorld } from '../../../../test/support/evmWorld.ts'
import type { Chain } from './chain.ts'
import { contractElsewhere } from './contractElsewhere.ts'

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
