import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../packages/sandbox/src/ports.ts'

const PROGRAM = new URL('../../packages/sandbox/src/main.ts', import.meta.url).pathname

export type SandboxFacts = {
  api_url: string
  shop_url: string
  acquirer_url: string
  mailbox_url: string
  database_url: string
  evm_rpc_url: string
  bitcoin_rpc_url: string
  test_api_key: string
  webhook_secret: string
  wallets: Record<'USDT' | 'USDC' | 'ETH', `0x${string}`> & { BTC: string }
  tokens: Record<'USDT' | 'USDC', `0x${string}`>
}

export type Sandbox = { dir: string; facts: SandboxFacts; stop(): Promise<void>; printed: () => string }

/** `npm start` with its state in `dir`: the very program that a newcomer runs. */
export async function startSandbox(dir: string): Promise<Sandbox> {
  // Ports of its own from the start: several test files start sandboxes at the same time.
  const names = ['gateway', 'shop', 'acquirer', 'venues', 'mailbox', 'smtp', 'postgres', 'chain', 'bitcoin']
  const ports = await Promise.all(names.map(async (name) => [name, await freePort('127.0.0.1')] as const))
  await writeFile(join(dir, 'ports.json'), JSON.stringify(Object.fromEntries(ports)), { flag: 'wx' }).catch(
    () => {},
  )
  const child = spawn(process.execPath, ['--conditions=source', PROGRAM], {
    env: { ...process.env, SKIRO_STATE_DIR: dir },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  child.stdout.on('data', (chunk) => (printed += chunk))
  child.stderr.on('data', (chunk) => (printed += chunk))
  const exited = once(child, 'exit')
  for (let tries = 0; tries < 1200; tries++) {
    const facts = await readFile(join(dir, 'sandbox.json'), 'utf8').catch(() => null)
    if (facts) {
      return {
        dir,
        facts: JSON.parse(facts) as SandboxFacts,
        printed: () => printed,
        async stop() {
          child.kill('SIGINT')
          const [code] = (await exited) as [number | null]
          if (code !== 0) throw new Error(`the sandbox ended with ${code}:\n${printed}`)
        },
      }
    }
    if (child.exitCode !== null) throw new Error(`the sandbox did not start:\n${printed}`)
    await sleep(100)
  }
  throw new Error(`the sandbox was not ready in 120 s:\n${printed}`)
}

export async function temporaryFolder(): Promise<{ dir: string; remove(): Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'skiro-e2e-'))
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) }
}
