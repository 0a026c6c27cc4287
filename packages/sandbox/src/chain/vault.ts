import { type Abi, type Address, concatHex, encodeDeployData, getContractAddress, type Hex } from 'viem'
import vault from '../../../../contracts/artifacts/PayoutVault.json' with { type: 'json' }
import { rpc } from './rpc.ts'
import { mintTokens, send } from './tokens.ts'

/** The second development account of the node, which signs for it without a key: the vault's cold owner. */
export const VAULT_OWNER: Address = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'

// The deterministic deployer that the node brings along (github.com/Arachnid/deterministic-deployment-proxy): the
// address depends on the code and its arguments alone, so a restored chain is asked for the same one.
const DEPLOYER: Address = '0x4e59b44847b379578588920cA78FbF26c0B4956C'
const SALT: Hex = `0x${'00'.repeat(32)}`

/**
 * The PayoutVault that `treasury` operates. Deployed, and given 10,000,000 of each token, on a chain that has none yet:
 * a fresh one, or one from before there were vaults.
 */
export async function ensureVault(url: string, treasury: Address): Promise<Address> {
  const bytecode = encodeDeployData({
    abi: vault.abi as Abi,
    bytecode: vault.bytecode as Hex,
    args: [VAULT_OWNER, treasury],
  })
  const address = getContractAddress({ opcode: 'CREATE2', from: DEPLOYER, salt: SALT, bytecode })
  if ((await rpc<Hex>(url, 'eth_getCode', [address, 'latest'])) !== '0x') return address
  await send(url, { to: DEPLOYER, data: concatHex([SALT, bytecode]) })
  await mintTokens(url, address)
  return address
}
