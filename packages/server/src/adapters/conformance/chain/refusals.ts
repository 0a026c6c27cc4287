import assert from 'node:assert/strict'
import { it } from 'node:test'
import { inspect } from 'node:util'
import type { Hands } from './hands.ts'

/** What is not paid. Registers its tests. */
export function testRefusals(of: () => Hands): void {
  it('keeps to the fee cap, and names both figures', async () => {
    const { chain, transferOf, orderOf, limits, plan, intentOf, first } = of()
    const intent = intentOf(await plan(transferOf(first())))
    const refusals = [
      await chain.plan(orderOf(transferOf(first())), await limits(chain, 1n)),
      await chain.bump(intent, await limits(chain, intent.fee)),
      await chain.cancel(intent, await limits(chain, 1n)),
    ]
    for (const planned of refusals) {
      assert.ok(!planned.ok && planned.reason === 'fee_too_high' && planned.payment === null)
      assert.equal(planned.detail.match(/\d+(?:\.\d+)?/g)?.length, 2, planned.detail)
    }
  })

  it('holds what the treasury cannot pay', async () => {
    const { world, chain, transferOf, orderOf, limits, plan } = of()
    for (const asset of chain.assets) {
      const amount = (await chain.balance(asset)) + 1n
      const planned = await plan({ ...transferOf(asset), amount })
      assert.ok(!planned.ok && planned.reason === 'insufficient_treasury', inspect(planned))
      const { penniless } = world
      const poor = await penniless.plan(orderOf(transferOf(asset)), await limits(penniless))
      assert.ok(!poor.ok && poor.reason === 'insufficient_treasury', inspect(poor))
    }
  })
}
