import { type ChildProcess, spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { rpc } from './rpc.ts'

const READY_TIMEOUT_MS = 15_000
const STOP_TIMEOUT_MS = 5_000

// The node must not outlive us: this shell waits on our end of a pipe, which closes however we die, and then kills it.
// In a process group of its own, so that Ctrl-C reaches us first and the state is saved before the node goes.
const KEEPER = `exec 3<&0
"$@" </dev/null 3<&- & node=$!
echo $node
(cat <&3 >/dev/null; kill -9 $node) & keeper=$!
wait $node; code=$?
kill $keeper
exit $code`

export type Anvil = {
  readonly rpc_url: string
  readonly pid: number
  readonly stop: () => Promise<void>
}

/**
 * Path of the native binary. The npm package's own JavaScript wrapper is passed over: it leaves the node behind when
 * it is killed, and its postinstall script may not have run.
 */
export function anvilBinary(): string {
  const arch = process.arch === 'x64' ? 'amd64' : process.arch
  const platform = `@foundry-rs/anvil-${process.platform}-${arch}`
  try {
    const anvil = createRequire(import.meta.url).resolve('@foundry-rs/anvil/package.json')
    return createRequire(anvil).resolve(`${platform}/bin/anvil`)
  } catch (cause) {
    throw new Error(`The EVM test node is not installed (${platform}). Run npm install.`, { cause })
  }
}

/** Starts the node on `port`, or on a free one when `port` is 0 or taken. Resolves once it answers. */
export async function startAnvil(port: number, args: readonly string[]): Promise<Anvil> {
  const chosen = (await freePort(port)) ?? (await freePort(0))
  const flags = ['--quiet', '--host', '127.0.0.1', '--port', String(chosen), ...args]
  const child = spawn('/bin/sh', ['-c', KEEPER, 'sh', anvilBinary(), ...flags], { detached: true })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2_000)
  })
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => {
      child.stdin.destroy()
      resolve()
    })
  })
  const pid = await firstLine(child)
  const rpc_url = `http://127.0.0.1:${chosen}`
  const alive = () => child.exitCode === null && child.signalCode === null
  const stop = async () => {
    signal(pid, 'SIGTERM')
    const inTime = new AbortController()
    await Promise.race([exited, sleep(STOP_TIMEOUT_MS, undefined, { signal: inTime.signal }).catch(() => {})])
    inTime.abort()
    if (alive()) signal(pid, 'SIGKILL')
    await exited
  }
  const deadline = Date.now() + READY_TIMEOUT_MS
  while (!(await answers(rpc_url))) {
    if (!alive() || Date.now() > deadline) {
      await stop()
      throw new Error(`The EVM test node did not start: ${said.trim() || 'no answer'}`)
    }
    await sleep(20)
  }
  return { rpc_url, pid, stop }
}

function signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, name)
  } catch {
    // Already gone.
  }
}

async function answers(url: string): Promise<boolean> {
  return rpc(url, 'eth_chainId').then(
    () => true,
    () => false,
  )
}

async function firstLine(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.stdout?.once('data', (chunk: Buffer) => resolve(Number.parseInt(chunk.toString(), 10)))
  })
}

async function freePort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' ? address?.port : undefined))
    })
  })
}
