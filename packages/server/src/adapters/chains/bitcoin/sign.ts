import { SigHash } from '@scure/btc-signer'
import { recoverPublicKey } from 'viem'
import { assert } from '../../../lib/assert.ts'
import type { Intent, SignedTransaction } from '../../chain.ts'
import type { EcdsaSignature } from '../../signer.ts'
import { signingOrder } from '../shared/review.ts'
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
  const signatures = await context.signer.signTransaction({
    network: context.network,
    unsigned: `0x${toHex(tx.unsignedTx)}`,
    input_amounts: draft.inputs.map(({ amount }) => amount),
    order: signingOrder(intent),
  })
  for (const [i, coin] of draft.inputs.entries()) {
    const preimage = tx.preimageWitnessV0(i, scriptCode(wallet), SigHash.ALL, coin.amount)
    const signature = await witnessOf(signatures[i], `0x${toHex(preimage)}`, wallet)
    tx.updateInput(i, { finalScriptWitness: [signature, wallet.public_key] }, true)
  }
  const raw = toHex(tx.toBytes(true, true))
  return { raw, hash: verify(context, intent, draft, wallet, raw) }
}

/** A signature as a witness has it. The signer has read the same bytes and is to have signed the same digest. */
async function witnessOf(
  signature: EcdsaSignature | undefined,
  digest: `0x${string}`,
  wallet: Wallet,
): Promise<Uint8Array> {
  assert(signature, 'the signer gave too few signatures')
  const { r, s, y_parity } = signature
  const key = await recoverPublicKey({ hash: digest, signature: { r, s, yParity: y_parity } })
  assert(bytesEqual(compressed(key), wallet.public_key), 'the signature is not by the wallet')
  return Uint8Array.from([...encodeDer(r, s), SigHash.ALL])
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
