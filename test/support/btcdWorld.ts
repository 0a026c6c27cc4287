import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Hex } from 'viem'
import { bitcoinAddressOf } from '../../packages/sandbox/src/bitcoin/address.ts'
import { freePort } from '../../packages/sandbox/src/ports.ts'
import { stopChild } from '../../packages/sandbox/src/processes.ts'
import { bitcoinRpc } from './bitcoinRpc.ts'
import { type BitcoinTestWorld, TREASURY_KEY, worldOn } from './bitcoinWorld.ts'

const MINER_KEY: Hex = `0x${'4d'.repeat(32)}`
const COINS = 24
/** Enough for segwit, which is active on regtest from block 432 on, and for rewards that can be spent. */
const BLOCKS = 440

/**
 * The same world on btcd, an implementation of Bitcoin that has nothing in common with the sandbox's. It has no wallet,
 * so the adapter goes by its index of addresses.
 */
export async function openBtcdWorld(program: string): Promise<BitcoinTestWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'skiro-btcd-'))
  const port = await freePort('127.0.0.1')
  const password = randomBytes(16).toString('hex')
  const rpc_url = `http://skiro:${password}@127.0.0.1:${port}`
  const rpc = async <T>(method: string, ...params: unknown[]) => bitcoinRpc<T>(rpc_url, method, ...params)
  let child: ChildProcess | undefined

  const start = async () => {
    const flags = ['--regtest', '--notls', '--nolisten', '--txindex', '--addrindex']
    const places = [`--datadir=${folder}/data`, `--logdir=${folder}/log`, `--configfile=${folder}/none.conf`]
    const access = ['--rpcuser=skiro', `--rpcpass=${password}`, `--rpclisten=127.0.0.1:${port}`]
    const miner = `--miningaddr=${bitcoinAddressOf(MINER_KEY)}`
    child = spawn(program, [...flags, ...places, ...access, miner], { stdio: 'ignore' })
    const answers = async () =>
      rpc('getblockcount').then(
        () => true,
        () => false,
      )
    for (let tries = 0; tries < 400; tries++) {
      if (await answers()) return
      await sleep(25)
    }
    throw new Error(`${program} does not answer.`)
  }
  const stop = async () => {
    if (child) await stopChild(child, 'SIGTERM', 10_000)
  }
  /** It begins every regtest anew, without blocks and without a mempool, and is given those blocks that stay. */
  const undo = async (blocks: number) => {
    const kept = (await rpc<number>('getblockcount')) - blocks
    const raw: string[] = []
    for (let height = 1; height <= kept; height++) {
      raw.push(await rpc<string>('getblock', await rpc('getblockhash', height), 0))
    }
    await stop()
    await start()
    for (const block of raw) await rpc('submitblock', block)
  }
  const close = async () => {
    await stop()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await start()
    await rpc('generate', BLOCKS)
    const world = await worldOn({ rpc_url, stop }, {}, close)
    await fund(world)
    return { ...world, mine: async (blocks) => rpc('generate', blocks), undo }
  } catch (error) {
    await close()
    throw error
  }
}

/** From the miner's rewards, by the adapter itself. */
async function fund(world: BitcoinTestWorld): Promise<void> {
  const miner = await world.chainOf(MINER_KEY)
  const to = bitcoinAddressOf(TREASURY_KEY)
  const payments = Array.from({ length: COINS }, () => ({ asset: 'BTC', to, amount: 200_000_000n }) as const)
  const coins = (await miner.coins()) ?? []
  const planned = await miner.plan({ id: 'pb_fund', payments }, { coins, fee_cap: 1_000_000n })
  if (!planned.ok) throw new Error(planned.detail)
  const { raw } = await miner.sign(planned.intent, null)
  if ((await miner.broadcast(raw)) !== 'accepted') throw new Error('The treasury could not be funded.')
  await world.rpc('generate', 1)
}
