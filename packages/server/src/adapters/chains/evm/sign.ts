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
import type { SignedTransfer, TransferIntent } from '../../chain.ts'
import { paymentCall } from './call.ts'
import type { EvmContext } from './context.ts'

const NOBODY = { merchant_id: '', livemode: false, mac: null }

/**
 * Signs an EIP-1559 transaction without asking the network. The bytes are read back before they leave: whoever stores
 * an intent or holds the key, what is sent pays exactly this payee this amount with this nonce on this chain.
 * @throws AssertionFailed when the intent is not of this chain or the signer is not the wallet.
 */
export async function sign(
  context: EvmContext,
  intent: TransferIntent,
  nonce: bigint,
): Promise<SignedTransfer> {
  const wallet = await context.wallet()
  const unsigned = unsignedTransaction(intent, nonce)
  const { asset, to, amount, id = '', payee = NOBODY } = intent
  const [signature] = await context.signer.signTransaction({
    network: context.network,
    unsigned: serializeTransaction(unsigned),
    order: { id, payments: [{ asset, to, amount, ...payee }] },
  })
  assert(signature, 'the signer gave no signature')
  const { r, s, y_parity } = signature
  const raw = serializeTransaction(unsigned, { r, s, yParity: y_parity })
  await verify(context, intent, nonce, wallet, raw)
  return { raw, hash: keccak256(raw) }
}

function unsignedTransaction({ fields }: TransferIntent, nonce: bigint): TransactionSerializableEIP1559 {
  const field = (name: string): string => {
    const value = fields[name]
    assert(value !== undefined, `the intent has no ${name}`)
    return value
  }
  assert(nonce >= 0n && nonce <= BigInt(Number.MAX_SAFE_INTEGER), 'a nonce is a small whole number')
  return {
    type: 'eip1559',
    chainId: Number(field('chain_id')),
    nonce: Number(nonce),
    gas: BigInt(field('gas')),
    maxFeePerGas: BigInt(field('max_fee_per_gas')),
    maxPriorityFeePerGas: BigInt(field('max_priority_fee_per_gas')),
    to: field('to') as Address,
    value: BigInt(field('value')),
    data: field('data') as Hex,
  }
}

async function verify(
  context: EvmContext,
  intent: TransferIntent,
  nonce: bigint,
  wallet: Address,
  raw: Hex,
): Promise<void> {
  const expected = paymentCall(context, intent)
  const read = parseTransaction(raw as `0x02${string}`)
  assert(read.chainId === context.chain_id, 'the signed bytes are for another chain')
  assert(BigInt(read.nonce ?? 0) === nonce, 'the signed bytes have another nonce')
  assert(read.to?.toLowerCase() === expected.to.toLowerCase(), 'the signed bytes call another address')
  assert((read.value ?? 0n) === expected.value, 'the signed bytes send another value')
  assert((read.data ?? '0x') === expected.data, 'the signed bytes make another transfer')
  const sender = await recoverTransactionAddress({ serializedTransaction: raw as `0x02${string}` })
  assert(sender === wallet, 'the signature is not by the wallet')
}
