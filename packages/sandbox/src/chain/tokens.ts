import { type Abi, type Address, encodeFunctionData, getContractAddress, type Hex } from 'viem'
import usdc from '../../../../contracts/artifacts/TestUSDC.json' with { type: 'json' }
import usdt from '../../../../contracts/artifacts/TestUSDT.json' with { type: 'json' }
import { rpc } from './rpc.ts'

/**
 * The first development account of the node, which signs for it without a key. It deploys and owns both tokens;
 * its first two nonces fix their addresses for ever.
 */
export const TOKEN_OWNER: Address = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266'

/** Where the test tokens stand on every sandbox chain. */
export const TOKENS = {
  USDT: getContractAddress({ from: TOKEN_OWNER, nonce: 0n }),
  USDC: getContractAddress({ from: TOKEN_OWNER, nonce: 1n }),
} as const

const TREASURY_WEI = 1_000n * 10n ** 18n
const TREASURY_TOKENS = 10_000_000n * 10n ** 6n

/**
 * Deploys both tokens on a fresh chain; on a restored one only checks that they are there.
 * @throws Error when the chain has a history without them.
 */
export async function deployTokens(url: string): Promise<void> {
  const codes = await Promise.all(
    [TOKENS.USDT, TOKENS.USDC].map(async (token) => rpc<Hex>(url, 'eth_getCode', [token, 'latest'])),
  )
  if (codes.every((code) => code !== '0x')) return
  if (BigInt(await rpc<Hex>(url, 'eth_getTransactionCount', [TOKEN_OWNER, 'latest'])) !== 0n) {
    throw new Error(
      'The chain state has no test tokens at their addresses. Remove the state file to begin anew.',
    )
  }
  await send(url, { data: usdt.bytecode })
  await send(url, { data: usdc.bytecode })
}

/** Gives 1,000 ETH and 10,000,000 of each token to a treasury that the chain has never seen; leaves any other alone. */
export async function fundTreasury(url: string, treasury: Address): Promise<void> {
  const [balance, nonce] = await Promise.all([
    rpc<Hex>(url, 'eth_getBalance', [treasury, 'latest']),
    rpc<Hex>(url, 'eth_getTransactionCount', [treasury, 'latest']),
  ])
  if (BigInt(balance) !== 0n || BigInt(nonce) !== 0n) return
  await mintTokens(url, treasury)
  await send(url, { to: treasury, value: `0x${TREASURY_WEI.toString(16)}` })
}

/** Makes 10,000,000 of each token for `holder`. */
export async function mintTokens(url: string, holder: Address): Promise<void> {
  await call(url, TOKENS.USDT, usdt.abi as Abi, 'issue', [TREASURY_TOKENS])
  await call(url, TOKENS.USDT, usdt.abi as Abi, 'transfer', [holder, TREASURY_TOKENS])
  await call(url, TOKENS.USDC, usdc.abi as Abi, 'configureMinter', [TOKEN_OWNER, TREASURY_TOKENS])
  await call(url, TOKENS.USDC, usdc.abi as Abi, 'mint', [holder, TREASURY_TOKENS])
}

async function call(
  url: string,
  to: Address,
  abi: Abi,
  functionName: string,
  args: unknown[],
): Promise<void> {
  await send(url, { to, data: encodeFunctionData({ abi, functionName, args }) })
}

/** Sends from the token owner's account, in a block of its own. @throws Error when it reverts. */
export async function send(url: string, tx: { to?: string; data?: string; value?: Hex }): Promise<void> {
  const hash = await rpc<Hex>(url, 'eth_sendTransaction', [{ from: TOKEN_OWNER, ...tx }])
  await rpc(url, 'evm_mine')
  const receipt = await rpc<{ status: Hex } | null>(url, 'eth_getTransactionReceipt', [hash])
  if (receipt?.status !== '0x1') throw new Error('Setting up tokens and vault failed on the test chain.')
}
