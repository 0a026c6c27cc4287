import { type Abi, type Address, encodeFunctionData, type Hex, keccak256, toHex } from 'viem'
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts'
import vaultArtifact from '../../contracts/artifacts/PayoutVault.json' with { type: 'json' }
import proxy from '../../contracts/artifacts/TestProxy.json' with { type: 'json' }
import usdc from '../../contracts/artifacts/TestUSDC.json' with { type: 'json' }
import usdt from '../../contracts/artifacts/TestUSDT.json' with { type: 'json' }
import { startAnvil } from '../../packages/sandbox/src/chain/anvil.ts'
import { rpc } from '../../packages/sandbox/src/chain/rpc.ts'
import { deployed } from '../../test/support/deployed.ts'

export const SIZES = [1, 10, 100, 200] as const

/** Gas per payee. `batched` has one figure per size in SIZES. */
export type GasRow = {
  readonly what: string
  readonly single: number | null
  readonly batched: readonly number[]
}

const FUNDS = 10n ** 15n
const AMOUNT = 25_123_456n

/**
 * What a payout costs in gas on a local chain, from receipts: each payee paid alone, and out of a PayoutVault in batches
 * of several sizes, once for payees who never held the token and once for those who do.
 */
export async function gasBench(): Promise<GasRow[]> {
  const anvil = await startAnvil(0, ['--chain-id', '31337', '--hardfork', 'prague', '--no-mining'])
  try {
    return await measure(anvil.rpc_url)
  } finally {
    await anvil.stop()
  }
}

async function measure(url: string): Promise<GasRow[]> {
  const [issuer, owner, operator] = (await rpc<Address[]>(url, 'eth_accounts')) as [Address, Address, Address]
  const send = async (from: Address, to: Address, data: Hex, value: Hex = '0x0'): Promise<number> => {
    const hash = await rpc<Hex>(url, 'eth_sendTransaction', [
      { from, to, data, value, gas: toHex(12_000_000) },
    ])
    await rpc(url, 'evm_mine')
    const receipt = await rpc<Receipt>(url, 'eth_getTransactionReceipt', [hash])
    const failed = receipt.logs.some(({ topics }) => topics[0] === PAYMENT_FAILED)
    if (receipt.status !== '0x1' || failed) throw new Error('A payment of the bench failed.')
    return Number(receipt.gasUsed)
  }
  const call = async (from: Address, to: Address, abi: unknown, functionName: string, ...args: unknown[]) =>
    send(from, to, encodeFunctionData({ abi: abi as Abi, functionName, args }))

  const vault = await deployed(url, issuer, vaultArtifact, [owner, operator])
  const tether = await deployed(url, issuer, usdt, [])
  const circle = await deployed(url, issuer, proxy, [await deployed(url, issuer, usdc, [])])
  // The proxy's own storage knows nobody yet. Slot 1 of TestUSDC: who appoints minters.
  await rpc(url, 'anvil_setStorageAt', [
    circle,
    toHex(1, { size: 32 }),
    `0x${issuer.slice(2).padStart(64, '0')}`,
  ])
  await call(issuer, circle, usdc.abi, 'configureMinter', issuer, 4n * FUNDS)
  for (const holder of [vault, operator]) {
    await call(issuer, tether, usdt.abi, 'issue', FUNDS)
    await call(issuer, tether, usdt.abi, 'transfer', holder, FUNDS)
    await call(issuer, circle, usdc.abi, 'mint', holder, FUNDS)
  }

  let batches = 0
  const pay = async (token: Address, payees: readonly Address[]): Promise<number> => {
    const id = keccak256(toHex(`pb_${++batches}`))
    const gas = await call(
      operator,
      vault,
      vaultArtifact.abi,
      'pay',
      id,
      token,
      payees,
      payees.map(() => AMOUNT),
    )
    return Math.round(gas / payees.length)
  }
  const rows: GasRow[] = []
  for (const [name, token] of [
    ['USDT-like', tether],
    ['USDC-like', circle],
  ] as const) {
    const payee = newPayee()
    const alone = [0, 1].map(() => async () => call(operator, token, usdt.abi, 'transfer', payee, AMOUNT))
    const groups = SIZES.map((size) => Array.from({ length: size }, newPayee))
    // The second time round the same payees hold the token.
    for (const [turn, kind] of ['new holder', 'holds it already'].entries()) {
      const single = (await alone[turn]?.()) ?? null
      const batched: number[] = []
      for (const payees of groups) batched.push(await pay(token, payees))
      rows.push({ what: `${name}, ${kind}`, single, batched })
    }
  }
  rows.push({ what: 'ETH', single: await send(operator, newPayee(), '0x', toHex(10n ** 18n)), batched: [] })
  return rows
}

type Receipt = { status: Hex; gasUsed: Hex; logs: { topics: Hex[] }[] }

const PAYMENT_FAILED = keccak256(toHex('PaymentFailed(bytes32,uint256,address,uint256)'))

function newPayee(): Address {
  return privateKeyToAddress(generatePrivateKey())
}
