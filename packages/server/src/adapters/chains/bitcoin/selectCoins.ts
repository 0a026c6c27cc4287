import { selectUTXO } from '@scure/btc-signer'
import type { Coin } from '../../chain.ts'
import type { Wallet } from './context.ts'
import { type Output, splitOutpoint } from './draft.ts'
import type { BitcoinNetwork } from './networks.ts'

/**
 * Coins that pay `outputs` and the fee, few rather than many; null when all of them together do not.
 * @param rate satoshi per 1000 vB
 */
export function selectCoins(
  coins: readonly Coin[],
  outputs: readonly Output[],
  rate: bigint,
  { script, address }: Wallet,
  network: BitcoinNetwork,
): readonly Coin[] | null {
  const inputs = coins.map(({ outpoint, amount }) => {
    const [txid, index] = splitOutpoint(outpoint)
    return { txid, index, witnessUtxo: { script, amount } }
  })
  const chosen = selectUTXO(inputs, [...outputs], 'default', {
    // It counts in whole satoshi per vB: what is too much goes into the change, see plan.ts.
    feePerByte: (rate + 999n) / 1000n,
    changeAddress: address,
    network,
    createTx: false,
    allowUnknownOutputs: true,
  })
  if (!chosen) return null
  const taken = new Set(
    chosen.inputs.map(({ txid, index }) => `${Buffer.from(txid ?? []).toString('hex')}:${index}`),
  )
  return coins.filter(({ outpoint }) => taken.has(outpoint))
}
