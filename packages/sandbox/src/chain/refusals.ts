import {
  type Address,
  decodeFunctionData,
  encodeFunctionData,
  type Hex,
  isAddressEqual,
  parseAbi,
} from 'viem'
import { rpc } from './rpc.ts'
import { TOKEN_OWNER, TOKENS } from './tokens.ts'

/** Only USDC: its token refuses a payee who is on its list. Tether's looks at the sender alone. */
const TOKEN = TOKENS.USDC
const LIST = parseAbi([
  'function blacklist(address account)',
  'function unBlacklist(address account)',
  'function transfer(address to, uint256 value)',
])
/** A refusal that meets no transfer is called off after this. */
const ARMED_MS = 60_000
const GAS: Hex = '0x249f0'
/** Wei per gas that nobody else offers. The node sorts a block by what is offered at most, not by the tip. */
const FIRST_CAP = 1_000n * 10n ** 9n

/**
 * Lets the token's owner refuse payees, as Circle can. `before_sending`: the payee is on the list for `seconds`, so a
 * dry run says no. `after_sending`: the payee is put on the list at the begin of each block and taken off at its end,
 * until a transfer to them was mined in between: whoever looks at the head sees no reason not to send.
 */
export class Refusals {
  readonly #url: string
  readonly #listed = new Map<Address, NodeJS.Timeout>()
  readonly #armed = new Map<Address, number>()

  constructor(url: string) {
    this.#url = url
  }

  /** On the list in a block when it resolves; off it by itself after `seconds`. */
  async refuseFor(payee: Address, seconds: number): Promise<void> {
    clearTimeout(this.#listed.get(payee))
    const over = setTimeout(() => void this.#forgive(payee).catch(() => {}), seconds * 1000)
    this.#listed.set(payee, over)
    await this.#send('blacklist', payee)
    await rpc(this.#url, 'evm_mine')
  }

  /** The next transfer to the payee is mined and reverts. */
  refuseNext(payee: Address): void {
    this.#armed.set(payee, Date.now() + ARMED_MS)
  }

  /** Called by whoever mines, with the function that mines one block. */
  async mine(mineBlock: () => Promise<unknown>): Promise<void> {
    const now = Date.now()
    for (const [payee, until] of this.#armed) if (until < now) this.#armed.delete(payee)
    const payees = [...this.#armed.keys()].filter((payee) => !this.#listed.has(payee))
    for (const payee of payees) {
      await this.#send('blacklist', payee, FIRST_CAP)
      await this.#send('unBlacklist', payee, await this.#lastCap())
    }
    await mineBlock()
    if (payees.length === 0) return
    const { transactions } = await rpc<{ transactions: { to: Address | null; input: Hex }[] }>(
      this.#url,
      'eth_getBlockByNumber',
      ['latest', true],
    )
    for (const payee of payees) if (transactions.some((tx) => paysTo(tx, payee))) this.#armed.delete(payee)
  }

  /** Takes everybody off the list who is still on it. */
  async close(): Promise<void> {
    this.#armed.clear()
    for (const [payee, over] of this.#listed) {
      clearTimeout(over)
      await this.#forgive(payee)
    }
  }

  async #forgive(payee: Address): Promise<void> {
    this.#listed.delete(payee)
    await this.#send('unBlacklist', payee)
    await rpc(this.#url, 'evm_mine')
  }

  /** The least that the next block can ask for: its base fee rises by an eighth at most (EIP-1559). */
  async #lastCap(): Promise<bigint> {
    const { baseFeePerGas } = await rpc<{ baseFeePerGas: Hex }>(this.#url, 'eth_getBlockByNumber', [
      'latest',
      false,
    ])
    return (BigInt(baseFeePerGas) * 9n) / 8n + 1n
  }

  async #send(functionName: 'blacklist' | 'unBlacklist', payee: Address, cap?: bigint): Promise<void> {
    const data = encodeFunctionData({ abi: LIST, functionName, args: [payee] })
    const fees = cap && { gas: GAS, maxFeePerGas: `0x${cap.toString(16)}`, maxPriorityFeePerGas: '0x0' }
    await rpc(this.#url, 'eth_sendTransaction', [{ from: TOKEN_OWNER, to: TOKEN, data, ...fees }])
  }
}

const PAYING = parseAbi([
  'function transfer(address to, uint256 value)',
  'function pay(bytes32 batchId, address token, address[] to, uint256[] amounts)',
])

/** Whether a transaction pays the token to `payee`, by itself or out of a PayoutVault. */
function paysTo({ to, input }: { to: Address | null; input: Hex }, payee: Address): boolean {
  const call = readCall(input)
  if (!to || !call) return false
  if (call.functionName === 'transfer')
    return isAddressEqual(to, TOKEN) && isAddressEqual(call.args[0], payee)
  const [, token, payees] = call.args
  return isAddressEqual(token, TOKEN) && payees.some((one) => isAddressEqual(one, payee))
}

function readCall(data: Hex) {
  try {
    return decodeFunctionData({ abi: PAYING, data })
  } catch {
    return null
  }
}
