import assert from 'node:assert/strict'
import { it } from 'node:test'
import { inspect } from 'node:util'
import type { Hands } from './hands.ts'

/** Who may be paid, and what keeps transactions apart. Registers its tests. */
export function testAddresses(of: () => Hands): void {
  it('reads addresses as their owners write them and says what is wrong with others', () => {
    const { world, chain } = of()
    for (const [text, canonical] of world.good_addresses) {
      assert.deepEqual(chain.parseAddress(text), { ok: true, address: canonical })
      assert.deepEqual(chain.parseAddress(canonical), { ok: true, address: canonical })
    }
    for (const [text, code] of world.bad_addresses) {
      const verdict = chain.parseAddress(text)
      assert.ok(!verdict.ok && verdict.code === code, `${text}: ${inspect(verdict)}`)
      assert.ok(verdict.hint.length > 10)
    }
  })

  it('never pays its own wallet', async () => {
    const { chain, plan, first, transferOf } = of()
    const wallet = await chain.walletAddress()
    const verdict = chain.parseAddress(wallet)
    assert.ok(!verdict.ok && verdict.code === 'forbidden')
    const planned = await plan({ ...transferOf(first()), to: wallet })
    assert.ok(!planned.ok && planned.reason === 'address_not_allowed' && planned.payment === 0)
  })

  it('has either nonces or coins', async () => {
    const { chain } = of()
    assert.equal((await chain.chainNonce()) === null, (await chain.coins()) !== null)
    for (const asset of chain.assets) assert.ok(chain.batchMax(asset) >= 1)
  })
}
