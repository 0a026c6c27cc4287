import {
  type Address,
  type Hex,
  keccak256,
  parseTransaction,
  recoverTransactionAddress,
  serializeTransaction,
  type TransactionSerializableEIP1559,
} from 'viem'
import { assert } from '../../../lib/assert.ts'
import type { Intent, SignedTransaction } from '../../chain.ts'
import { signingOrder } from '../shared/review.ts'
import { orderCall } from './call.ts'
import type { EvmContext } from './context.ts'
import { fieldOf } from './intent.ts'

/**
 * Signs an EIP-1559 transaction without asking the network. The bytes are read back before they leave: whoever stores
 * an intent or holds the key, what is sent pays exactly these payees these amounts, or cancels, with this nonce on this
 * chain for at most this fee.
 * @throws AssertionFailed when the intent is not of this chain, or of another vault, or the signer is not the wallet.
 */
export async function sign(
  context: EvmContext,
  intent: Intent,
  nonce: bigint | null,
): Promise<SignedTransaction> {
  assert(
    nonce !== null && nonce >= 0n && nonce <= BigInt(Number.MAX_SAFE_INTEGER),
    'a nonce is a small number',
  )
  const unsigned = unsignedTransaction(intent, nonce)
  const [signature] = await context.signer.signTransaction({
    network: context.network,
    unsigned: serializeTransaction(unsigned),
    order: signingOrder(intent),
  })
  assert(signature, 'the signer gave no signature')
  const { r, s, y_parity } = signature
  const raw = serializeTransaction(unsigned, { r, s, yParity: y_parity })
  await verify(context, intent, nonce, raw)
  return { raw, hash: keccak256(raw) }
}

function unsignedTransaction(intent: Intent, nonce: bigint): TransactionSerializableEIP1559 {
  return {
    type: 'eip1559',
    chainId: Number(fieldOf(intent, 'chain_id')),
    nonce: Number(nonce),
    gas: BigInt(fieldOf(intent, 'gas')),
    maxFeePerGas: BigInt(fieldOf(intent, 'max_fee_per_gas')),
    maxPriorityFeePerGas: BigInt(fieldOf(intent, 'max_priority_fee_per_gas')),
    to: fieldOf(intent, 'to') as Address,
    value: BigInt(fieldOf(intent, 'value')),
    data: fieldOf(intent, 'data') as Hex,
  }
}

async function verify(context: EvmContext, intent: Intent, nonce: bigint, raw: Hex): Promise<void> {
  const expected = await orderCall(context, intent)
  const read = parseTransaction(raw as `0x02${string}`)
  assert(read.chainId === context.chain_id, 'the signed bytes are for another chain')
  assert(BigInt(read.nonce ?? 0) === nonce, 'the signed bytes have another nonce')
  assert(read.to?.toLowerCase() === expected.to.toLowerCase(), 'the signed bytes call another address')
  assert((read.value ?? 0n) === expected.value, 'the signed bytes send another value')
  assert((read.data ?? '0x') === expected.data, 'the signed bytes make another transfer')
  assert((read.gas ?? 0n) * (read.maxFeePerGas ?? 0n) <= intent.fee, 'the signed bytes may cost more')
  assert(fieldOf(intent, 'payer') === expected.payer, 'the intent pays from another account')
  const sender = await recoverTransactionAddress({ serializedTransaction: raw as `0x02${string}` })
  assert(sender === (await context.wallet()), 'the signature is not by the wallet')
}
