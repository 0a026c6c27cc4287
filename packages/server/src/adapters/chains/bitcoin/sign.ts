import { SigHash } from '@scure/btc-signer'
import { recoverPublicKey } from 'viem'
import { assert } from '../../../lib/assert.ts'
import type { Intent, SignedTransaction } from '../../chain.ts'
import type { EcdsaSignature } from '../../signer.ts'
import { bytesEqual, toHex } from './bytes.ts'
import { type BitcoinContext, compressed, type Wallet } from './context.ts'
import { encodeDer } from './der.ts'
import { type Draft, draftOf, payeeOutputs, splitOutpoint, sum, unsigned } from './draft.ts'
import { readTransaction } from './readTransaction.ts'

/**
 * Signs every input for the whole transaction (SIGHASH_ALL, BIP 143) without asking the network. The bytes are read back
 * before they leave: whoever stores an intent or holds the key, what is sent spends exactly these coins, pays exactly
 * these payees, and returns the rest to us.
 * @throws AssertionFailed when the intent is not of this chain or the signer is not the wallet
 */
export async function sign(
  context: BitcoinContext,
  intent: Intent,
  nonce: bigint | null,
): Promise<SignedTransaction> {
  assert(nonce === null, 'coins tell transactions apart here, not nonces')
  const wallet = await context.wallet()
  const draft = draftOf(context, intent)
  const tx = unsigned(draft)
  const digests = draft.inputs.map(({ amount }, i): Digest => {
    return `0x${toHex(tx.preimageWitnessV0(i, scriptCode(wallet), SigHash.ALL, amount))}`
  })
  for (const [i, { r, s, y_parity }] of (await signatures(context, intent, digests)).entries()) {
    const key = await recoverPublicKey({ hash: digests[i] ?? '0x', signature: { r, s, yParity: y_parity } })
    assert(bytesEqual(compressed(key), wallet.public_key), 'the signature is not by the wallet')
    const signature = Uint8Array.from([...encodeDer(r, s), SigHash.ALL])
    tx.updateInput(i, { finalScriptWitness: [signature, wallet.public_key] }, true)
  }
  const raw = toHex(tx.toBytes(true, true))
  return { raw, hash: verify(context, intent, draft, wallet, raw) }
}

type Digest = `0x${string}`

/** One per input, in their order. */
async function signatures(
  { signer, network }: BitcoinContext,
  { payments, coins }: Intent,
  digests: readonly Digest[],
): Promise<readonly EcdsaSignature[]> {
  const to = payments.map((payment) => payment.to).join(',')
  const amount = payments.map((payment) => payment.amount).join(',')
  return await Promise.all(
    digests.map((digest, i) =>
      signer.signDigest(digest, { network, asset: 'BTC', to, amount, nonce: coins[i] ?? '' }),
    ),
  )
}

/** BIP 143: what an input of P2WPKH signs as its script is that of the older kind with the same hash. */
function scriptCode({ script }: Wallet): Uint8Array {
  return Uint8Array.from([0x76, 0xa9, 0x14, ...script.subarray(2), 0x88, 0xac])
}

function verify(context: BitcoinContext, intent: Intent, draft: Draft, wallet: Wallet, raw: string): string {
  const read = readTransaction(raw)
  assert(read.inputsLength === draft.inputs.length, 'the signed bytes spend other coins')
  for (const [i, { outpoint }] of draft.inputs.entries()) {
    const { txid, index } = read.getInput(i)
    const [id, vout] = splitOutpoint(outpoint)
    assert(txid && toHex(txid) === id && index === vout, 'the signed bytes spend other coins')
  }
  const written = (script: Uint8Array, amount: bigint) => `${toHex(script)}:${amount}`
  const outputs = Array.from({ length: read.outputsLength }, (_, i) => {
    const { script, amount } = read.getOutput(i)
    assert(script && amount !== undefined, 'the signed bytes pay nobody')
    return { script, amount }
  })
  assert(sum(draft.inputs) - sum(outputs) === intent.fee, 'the signed bytes pay another fee')
  const left = outputs.map(({ script, amount }) => written(script, amount))
  for (const { script, amount } of payeeOutputs(context, intent)) {
    const at = left.indexOf(written(script, amount))
    assert(at >= 0, 'the signed bytes do not make every payment')
    left.splice(at, 1)
  }
  const change =
    left.length === 0 || (left.length === 1 && left[0]?.startsWith(`${toHex(wallet.script)}:`) === true)
  assert(change, 'the signed bytes pay somebody else too')
  return read.id
}
