import { randomBytes } from 'node:crypto'
import { encodeFunctionData, type Hex, parseAbi, serializeTransaction } from 'viem'
import { privateKeyToAddress } from 'viem/accounts'
import type { SigningOrder, SigningRequest } from '../../packages/server/src/adapters/signer.ts'
import { vaultBatchId } from '../../packages/server/src/adapters/signers/shared/evmShape.ts'
import { AddressMac } from '../../packages/server/src/lib/addressMac.ts'
import { Secret } from '../../packages/server/src/lib/secrets.ts'

export const SIGNER_KEY: Hex = `0x${'5c'.repeat(32)}`
export const SIGNER_WALLET = privateKeyToAddress(SIGNER_KEY)
export const MAC_KEY = randomBytes(32).toString('base64')
export const RULES = {
  chain_id: 31337,
  coin: 'ETH',
  tokens: {
    USDT: '0x2222222222222222222222222222222222222222',
    USDC: '0x3333333333333333333333333333333333333333',
  },
  vault: '0x7777777777777777777777777777777777777777',
} as const
export const PAYEE = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
export const OTHER_PAYEE = '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC'

const mac = new AddressMac([new Secret(MAC_KEY)])
const ERC20 = parseAbi(['function transfer(address to, uint256 value)'])
const VAULT = parseAbi(['function pay(bytes32 batchId, address token, address[] to, uint256[] amounts)'])

type Asset = 'USDT' | 'USDC' | 'ETH'
export type Payment = { asset?: Asset; to?: string; amount?: bigint }
type Fields = Parameters<typeof serializeTransaction>[0]

/** A payment of the order, vouched for unless `proof` says otherwise. */
export function payment({ asset = 'USDT', to = PAYEE, amount = 1_000_000n }: Payment = {}, proof = {}) {
  const claim = { merchant_id: 'mer_1', livemode: false, asset, network: 'ethereum', address: to }
  return {
    asset,
    to,
    amount,
    merchant_id: 'mer_1',
    livemode: false,
    mac: mac.make(claim).toString('hex'),
    ...proof,
  }
}

/** The call that makes these payments: alone, or through the vault. None: nothing to ourselves. */
export function callOf(id: string, payments: readonly Payment[], vault = payments.length > 1) {
  const all = payments.map((one) => payment(one))
  const [first] = all
  if (!first) return { to: SIGNER_WALLET, value: 0n }
  if (!vault && first.asset === 'ETH') return { to: first.to as Hex, value: first.amount }
  const token = RULES.tokens[first.asset as 'USDT']
  if (!vault) {
    const args = [first.to as Hex, first.amount] as const
    return { to: token, data: encodeFunctionData({ abi: ERC20, functionName: 'transfer', args }) }
  }
  const args = [
    vaultBatchId(id),
    token,
    all.map(({ to }) => to as Hex),
    all.map(({ amount }) => amount),
  ] as const
  return { to: RULES.vault, data: encodeFunctionData({ abi: VAULT, functionName: 'pay', args }) }
}

/** A request to sign what the order says. `change` alters the transaction, `order` the order that it is said to be. */
export function signingRequest(
  id: string,
  nonce: number,
  payments: readonly Payment[] = [{}],
  change: Partial<Fields> & { readonly call?: object } = {},
  order: Partial<SigningOrder> = {},
): SigningRequest {
  const { call = callOf(id, payments), ...fields } = change
  const unsigned = serializeTransaction({
    type: 'eip1559',
    chainId: RULES.chain_id,
    nonce,
    gas: 70_000n,
    maxFeePerGas: 2_000_000_000n,
    maxPriorityFeePerGas: 1_000_000n,
    ...call,
    ...fields,
  } as Fields)
  return {
    network: 'ethereum',
    unsigned,
    order: { id, payments: payments.map((one) => payment(one)), ...order },
  }
}
