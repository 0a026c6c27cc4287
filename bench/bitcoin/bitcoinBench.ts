import assert from 'node:assert/strict'
import { Transaction } from '@scure/btc-signer'
import { newPayee, openBitcoinWorld } from '../../test/support/bitcoinWorld.ts'

/** Payees of one transaction. */
export const SIZES = [1, 10, 100, 250] as const

/** One transaction as the node has it. */
export type BitcoinRow = {
  readonly payees: number
  readonly inputs: number
  /** Of the whole, as the node counts it. */
  readonly vsize: number
  readonly vb_per_payee: number
}

/**
 * What room a payment takes on Bitcoin, alone and together with others: transactions of the adapter to new P2WPKH
 * addresses, out of one coin, with change. Each is taken by a node, mined, and each of its payments found in it.
 */
export async function bitcoinBench(): Promise<readonly BitcoinRow[]> {
  const world = await openBitcoinWorld()
  const { chain, rpc } = world
  try {
    const rows: BitcoinRow[] = []
    for (const payees of SIZES) {
      const payments = Array.from({ length: payees }, () => {
        return { asset: 'BTC', to: newPayee(), amount: 100_000n } as const
      })
      const coins = (await chain.coins()) ?? []
      const planned = await chain.plan({ id: `pb_${payees}`, payments }, { coins, fee_cap: 10n ** 8n })
      assert.ok(planned.ok, 'the payments were not planned')
      const { intent } = planned
      const { raw, hash } = await chain.sign(intent, null)
      assert.equal(await chain.broadcast(raw), 'accepted')
      const { vsize } = await rpc<{ vsize: number }>('getmempoolentry', hash)
      assert.equal(vsize, Transaction.fromRaw(Buffer.from(raw, 'hex')).vsize)
      await world.mine(1)
      const status = await chain.status(hash, intent)
      assert.ok(status.state === 'mined' && status.payments.every(({ ok }) => ok), 'a payment was not made')
      assert.ok(intent.fields['change'] !== '0', 'there is no change')
      rows.push({ payees, inputs: intent.coins.length, vsize, vb_per_payee: vsize / payees })
    }
    return rows
  } finally {
    await world.close()
  }
}
