import {
  type Address,
  decodeFunctionData,
  encodeFunctionData,
  getAddress,
  type Hex,
  keccak256,
  parseAbi,
  parseTransaction,
  serializeTransaction,
  toHex,
  type TransactionSerializableEIP1559,
} from 'viem'
import { publicKeyToAddress } from 'viem/accounts'
import { SigningRefused, type TransactionReading, type TransactionShape } from '../../signer.ts'

/** What may be signed for on one EVM network. */
export type EvmRules = {
  readonly chain_id: number
  /** Symbol of the coin that pays for gas. Only ETH is ever paid out. */
  readonly coin: string
  /** Contract per asset. Nothing else is a token. */
  readonly tokens: Readonly<Record<string, string | undefined>>
  /** The one PayoutVault whose operator we are, if there is one. */
  readonly vault?: string | undefined
}

// `transfer` without an output, as USDT has it; the call data is the same.
const TRANSFER = parseAbi(['function transfer(address to, uint256 value)'])
const PAY = parseAbi(['function pay(bytes32 batchId, address token, address[] to, uint256[] amounts)'])

/** The id under which a PayoutVault takes an order, once: keccak256 of the id's UTF-8 bytes. */
export function vaultBatchId(order_id: string): Hex {
  return keccak256(toHex(order_id))
}

/**
 * Reads EIP-1559 transactions of one chain: a send of ETH, `transfer` of a listed token, `pay` of the one vault for this
 * very order, or a send of nothing to ourselves (a cancellation). Everything else is refused.
 */
export function createEvmShape(rules: EvmRules): TransactionShape {
  const tokens = new Map(
    Object.entries(rules.tokens).flatMap(([asset, token]) => (token ? [[getAddress(token), asset]] : [])),
  )
  const vault = rules.vault === undefined ? null : getAddress(rules.vault)

  return {
    read({ unsigned, order }, wallet): TransactionReading {
      const tx = parse(unsigned)
      if (tx.chainId !== rules.chain_id)
        throw refused(`it is for chain ${tx.chainId}, this network is chain ${rules.chain_id}`)
      return {
        payments: payments(tx, order.id, publicKeyToAddress(wallet)),
        slots: [`nonce:${tx.nonce ?? 0}`],
        fee: (tx.gas ?? 0n) * (tx.maxFeePerGas ?? 0n),
        coin: rules.coin,
        digests: [keccak256(unsigned)],
      }
    },
  }

  function payments(
    { to, value = 0n, data = '0x' }: TransactionSerializableEIP1559,
    order_id: string,
    wallet: Address,
  ): TransactionReading['payments'] {
    if (!to) throw refused('it creates a contract')
    const target = getAddress(to)
    if (data === '0x') {
      if (target === wallet && value === 0n) return []
      if (rules.coin !== 'ETH') throw refused(`${rules.coin} is not paid out`)
      if (value === 0n || tokens.has(target) || target === vault) throw refused('it sends nothing to anybody')
      return [{ asset: 'ETH', to: target, amount: value }]
    }
    if (value !== 0n) throw refused('it calls a contract and sends coins with the call')
    const asset = tokens.get(target)
    if (asset !== undefined) {
      const [payee, amount] = decode(TRANSFER, data) as [Address, bigint]
      return [{ asset, to: payee, amount }]
    }
    if (target === vault) return vaultPayments(data, order_id)
    throw refused(`it calls ${target}, which is not on the list`)
  }

  function vaultPayments(data: Hex, order_id: string): TransactionReading['payments'] {
    const [batch_id, token, to, amounts] = decode(PAY, data) as [Hex, Address, Address[], bigint[]]
    const asset = tokens.get(getAddress(token))
    if (asset === undefined) throw refused(`the vault would pay ${token}, which is not on the list`)
    if (batch_id !== vaultBatchId(order_id)) throw refused('the vault would book it as another batch')
    if (to.length === 0 || to.length !== amounts.length)
      throw refused('payees and amounts of the vault do not match')
    return to.map((payee, i) => ({ asset, to: payee, amount: amounts[i] ?? 0n }))
  }
}

function parse(unsigned: Hex): TransactionSerializableEIP1559 {
  try {
    const tx = parseTransaction(unsigned as `0x02${string}`)
    if (tx.type !== 'eip1559' || tx.r !== undefined) throw new Error('not unsigned EIP-1559')
    // What does not come back byte for byte says more than was read.
    if (serializeTransaction(tx) !== unsigned) throw new Error('not canonical')
    if ((tx.accessList?.length ?? 0) > 0) throw new Error('an access list')
    return tx
  } catch (error) {
    throw refused(`it is no unsigned EIP-1559 transaction (${(error as Error).message.split('\n')[0]})`)
  }
}

/** The arguments, only if these and nothing else make exactly this call data. */
function decode(abi: typeof TRANSFER | typeof PAY, data: Hex): readonly unknown[] {
  try {
    const call = decodeFunctionData({ abi: abi as typeof TRANSFER, data })
    if (encodeFunctionData({ abi: abi as typeof TRANSFER, ...call }) !== data)
      throw new Error('not canonical')
    return call.args
  } catch {
    throw refused(`its call is not ${abi[0].name}`)
  }
}

function refused(what: string): SigningRefused {
  return new SigningRefused('not_allowed', `The signer does not sign this transaction: ${what}.`)
}
