import { after, before, describe } from 'node:test'
import { testAddresses } from './chain/addresses.ts'
import { createHands, type Hands } from './chain/hands.ts'
import { testNodes } from './chain/nodes.ts'
import { testPayments } from './chain/payments.ts'
import { testRefusals } from './chain/refusals.ts'
import { testReplacements } from './chain/replacements.ts'
import type { ChainWorld } from './chain/world.ts'

export type { ChainWorld } from './chain/world.ts'

/** What every chain adapter must do. Run it once per adapter, against a real node. Returns nothing: it registers. */
export function testChain(id: string, open: () => Promise<ChainWorld>): void {
  describe(`${id} as a chain`, () => {
    let world: ChainWorld
    let hands: Hands
    before(async () => {
      world = await open()
      hands = createHands(world)
    })
    after(() => world.close())

    const of = () => hands
    testAddresses(of)
    testPayments(of)
    testReplacements(of)
    testRefusals(of)
    testNodes(of)
  })
}
