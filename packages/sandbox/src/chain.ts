import { existsSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Address, Hex } from 'viem'
import { privateKeyToAddress } from 'viem/accounts'
import { NodeGone } from './chain/rpc.ts'
import { startAnvil } from './chain/anvil.ts'
import { keepMining } from './chain/keepMining.ts'
import { Refusals } from './chain/refusals.ts'
import { startChainSim } from './chain/simServer.ts'
import { saveState } from './chain/stateFile.ts'
import { deployTokens, fundTreasury, TOKENS } from './chain/tokens.ts'
import { ensureVault } from './chain/vault.ts'

export { TOKEN_OWNER } from './chain/tokens.ts'
export { VAULT_OWNER } from './chain/vault.ts'

const CHAIN_ID = 31337
// 256 states reach back as far as any rollback asks for. Unbounded, the node writes each block's full state to disk.
const NODE_FLAGS = `--chain-id ${CHAIN_ID} --hardfork prague --no-mining --prune-history 256`.split(' ')

export type ChainOptions = {
  /** Where the chain is kept between runs. Made when it does not exist. */
  readonly state_file: string
  /** Preferred port; 0 or a taken one gives a free one. */
  readonly port: number
  /** Key of the treasury's account, which operates the vault; funded when the chain has never seen it. */
  readonly treasury_key: Hex
  /** Seconds between blocks while there is something to mine, 1 when absent; 0 leaves mining to the caller. */
  readonly block_time_s?: number
  /** How many blocks `finalized` is below the head: an even number, 2 when absent. No block below it is to be undone. */
  readonly blocks_to_final?: number
}

export type SandboxChain = {
  readonly rpc_url: string
  /** Where the chain is told to refuse a payee: `POST /_sim/refuse_payee`. */
  readonly sim_url: string
  readonly chain_id: typeof CHAIN_ID
  readonly tokens: typeof TOKENS
  /** A PayoutVault with tokens, operated by the treasury and owned by somebody else. */
  readonly vault: Address
  /** Of the node itself, for tests that kill it. */
  readonly pid: number
  /** Saves the state, then ends the node. */
  readonly stop: () => Promise<void>
}

/**
 * A local EVM chain with test USDT and USDC, a funded treasury and a funded vault.
 * A restart continues the chain from `state_file`: same blocks, receipts and balances. After a kill it continues from
 * about a second before, which to its users looks like a reorg; a rollback cannot reach behind a restart.
 * @throws Error when the node is not installed, does not start, or the state file is not one of ours.
 */
export async function startChain(options: ChainOptions): Promise<SandboxChain> {
  const { state_file, port, treasury_key, block_time_s = 1, blocks_to_final = 2 } = options
  await mkdir(dirname(state_file), { recursive: true })
  const restored = existsSync(state_file) ? ['--load-state', state_file] : []
  // Where the node would keep old states. Left to itself it makes a folder in the user's home at every start.
  const cache = `${state_file}.cache`
  await rm(cache, { recursive: true, force: true })
  // The node takes two epochs for final.
  const epoch = ['--slots-in-an-epoch', String(blocks_to_final / 2)]
  const anvil = await startAnvil(port, [...NODE_FLAGS, ...epoch, '--cache-path', cache, ...restored])
  const treasury = privateKeyToAddress(treasury_key)
  let vault: Address
  try {
    await deployTokens(anvil.rpc_url)
    await fundTreasury(anvil.rpc_url, treasury)
    vault = await ensureVault(anvil.rpc_url, treasury)
    await saveState(anvil.rpc_url, state_file)
  } catch (error) {
    await anvil.stop()
    throw error
  }
  const refusals = new Refusals(anvil.rpc_url)
  const sim = await startChainSim(refusals)
  const stopMining = keepMining(anvil.rpc_url, state_file, block_time_s * 1_000, (mineBlock) =>
    refusals.mine(mineBlock),
  )
  return {
    rpc_url: anvil.rpc_url,
    sim_url: sim.url,
    chain_id: CHAIN_ID,
    tokens: TOKENS,
    vault,
    pid: anvil.pid,
    stop: async () => {
      await stopMining()
      await sim.close()
      try {
        await refusals.close()
        await saveState(anvil.rpc_url, state_file)
      } catch (error) {
        // A killed node has nothing left to save; the last save stands.
        if (!(error instanceof NodeGone)) throw error
      } finally {
        await anvil.stop()
      }
    },
  }
}
