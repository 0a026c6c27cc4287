import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { createInterface } from 'node:readline'
import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { stopChild } from './processes.ts'

const PROGRAM = fileURLToPath(new URL('./bitcoin/program.ts', import.meta.url))
const READY_TIMEOUT_MS = 30_000
const STOP_TIMEOUT_MS = 5_000

export type BitcoinOptions = {
  /** Where the chain is kept between runs. Made when it does not exist. */
  readonly folder: string
  /** 0 for a free one. */
  readonly port: number
  /** Address of the wallet that pays; watched by the node, and funded when the chain has never seen it. */
  readonly treasury: string
  /** Of the RPC, made up when absent. */
  readonly password?: string
  /** Seconds between blocks while there is something to confirm, 2 when absent; 0 leaves mining to the caller. */
  readonly block_time_s?: number
}

export type SandboxBitcoin = {
  /** With user and password. */
  readonly rpc_url: string
  /** Of the node, for tests that kill it. */
  readonly pid: number
  /** Settles when the node has ended, whoever ended it. */
  readonly exited: Promise<void>
  /** Closes the chain in order. */
  readonly stop: () => Promise<void>
}

/**
 * A Bitcoin regtest node that answers as Bitcoin Core does: bcoin, with what it does otherwise corrected. A restart on
 * the same folder continues the chain. It ends with this process, however that ends.
 * @throws Error when it does not start.
 */
export async function startBitcoin(options: BitcoinOptions): Promise<SandboxBitcoin> {
  const { folder, port, treasury, block_time_s = 2, password = randomBytes(16).toString('hex') } = options
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const words = [folder, String(port), treasury, String(block_time_s)]
  const child = spawn(process.execPath, [PROGRAM, ...words], {
    // A group of its own: Ctrl-C reaches us first, and the chain is closed in order.
    detached: true,
    // bcoin is of 2018: its warnings would drown the reason of a failed start.
    env: { PATH: process.env['PATH'], NODE_NO_WARNINGS: '1' },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2_000)
  })
  child.stdin.on('error', () => undefined)
  child.stdin.write(`skiro:${password}\n`)
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  const stop = async () => {
    child.stdin.end()
    await stopChild(child, 'SIGTERM', STOP_TIMEOUT_MS)
  }
  const ready = new Promise<string>((resolve) => {
    createInterface({ input: child.stdout }).once('line', resolve)
  })
  const timeout = AbortSignal.timeout(READY_TIMEOUT_MS)
  const late = new Promise<void>((resolve) => {
    timeout.addEventListener('abort', () => resolve())
  })
  const line = await Promise.race([ready, exited, late])
  if (line === undefined || child.pid === undefined) {
    await stop()
    throw new Error(`The Bitcoin test node did not start: ${said.trim() || 'no answer'}`)
  }
  const { port: chosen } = JSON.parse(line) as { port: number }
  return { rpc_url: `http://skiro:${password}@127.0.0.1:${chosen}`, pid: child.pid, exited, stop }
}
