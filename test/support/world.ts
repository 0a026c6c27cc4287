import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type WriteStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts'
import { startAcquirer } from '../../packages/sandbox/src/acquirer/server.ts'
import { startBitcoin } from '../../packages/sandbox/src/bitcoin.ts'
import { bitcoinAddressOf } from '../../packages/sandbox/src/bitcoin/address.ts'
import { type ChainOptions, startChain } from '../../packages/sandbox/src/chain.ts'
import { freePort } from '../../packages/sandbox/src/ports.ts'
import { startVenues } from '../../packages/sandbox/src/venues/server.ts'
import { COMPILED } from './compiled.ts'
import { testDatabase, withRoles } from './database.ts'
import { PLENTY } from './plenty.ts'
import { startReceiver } from './receiver.ts'

export type World = Awaited<ReturnType<typeof startWorld>>
export type Gateway = {
  child: ChildProcess
  exited: Promise<number | string>
  /** It said that everything it does has started: later than its first answer over HTTP. */
  ready: Promise<void>
  stop(): Promise<void>
  kill(): Promise<void>
}

export type WorldOptions = Pick<ChainOptions, 'block_time_s' | 'blocks_to_final'> & {
  /** A migrated one; a clone of the template on the tests' server without it. */
  database?: Awaited<ReturnType<typeof testDatabase>>
  /** With a Bitcoin node beside the EVM one. */
  bitcoin?: true
}

const PROGRAM = new URL('../../packages/server/src/main.ts', import.meta.url).pathname

/**
 * The outside world of one test file: database, chain, acquirer, venues and a merchant's webhook receiver, all real and
 * all its own; and the gateway as a process of its own, which a test may start, kill and start again.
 */
export async function startWorld({ database: given, ...options }: WorldOptions = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'skiro-world-'))
  const port = await freePort('127.0.0.1')
  const api_url = `http://127.0.0.1:${port}`
  const treasury_key = generatePrivateKey()
  const keys = {
    secret_key: 'sk_sim_test',
    publishable_key: 'pk_sim_test',
    webhook_secret: randomBytes(16).toString('hex'),
  }
  const [database, chain, bitcoin, venues, receiver] = await Promise.all([
    given ?? testDatabase(),
    startChain({ state_file: join(folder, 'chain.json'), port: 0, treasury_key, ...options }),
    options.bitcoin
      ? startBitcoin({
          folder: join(folder, 'bitcoin'),
          port: 0,
          treasury: bitcoinAddressOf(treasury_key),
          block_time_s: options.block_time_s ?? 1,
        })
      : null,
    startVenues({ host: '127.0.0.1', port: 0 }),
    startReceiver(),
  ])
  const acquirer = await startAcquirer({
    host: '127.0.0.1',
    port: 0,
    book_file: null,
    ...keys,
    webhook_url: `${api_url}/acquirers/simulator/webhook?mode=test`,
  })
  const log_file = join(folder, 'gateway.log')
  const log: WriteStream = createWriteStream(log_file, { flags: 'a' })
  await once(log, 'open')
  // As many processes as a test starts write to it.
  log.setMaxListeners(0)
  const env = {
    PATH: process.env.PATH,
    ...COMPILED,
    SKIRO_DATABASE_URL: database.url,
    SKIRO_PORT: String(port),
    SKIRO_PUBLIC_URL: api_url,
    SKIRO_KEY_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    SKIRO_EGRESS_ALLOW: '127.0.0.0/8,::1/128',
    SKIRO_TEST_ACQUIRER: JSON.stringify({ id: 'simulator', url: acquirer.url, ...keys }),
    SKIRO_TEST_VENUES: JSON.stringify(venues.urls),
    SKIRO_TEST_CHAINS: JSON.stringify([
      {
        network: 'ethereum',
        chain_id: chain.chain_id,
        rpc_url: chain.rpc_url,
        sim_url: chain.sim_url,
        tokens: chain.tokens,
        payouts: { batch_wait_ms: 300, fee_share_bps: 10_000 },
      },
      ...(bitcoin
        ? [
            {
              network: 'bitcoin',
              chain: 'regtest',
              rpc_url: bitcoin.rpc_url,
              wallet: 'skiro',
              confirmations: 3,
              payouts: { batch_wait_ms: 300, fee_share_bps: 10_000 },
            },
          ]
        : []),
    ]),
    SKIRO_TEST_SIGNER_KEY: treasury_key,
    SKIRO_WALLET_COOL_OFF_SECONDS: '0',
    SKIRO_SPREAD_BPS: '25',
    SKIRO_LEASE_SECONDS: '1',
    SKIRO_SWEEP_MS: '200',
    SKIRO_POLL_MS: '250',
    ...PLENTY,
    SKIRO_DRAIN_MS: '0',
  }

  /** Runs one of the operator's commands and gives what it printed. */
  async function command(...words: string[]): Promise<string> {
    const child = spawn(process.execPath, [PROGRAM, ...words], { env, stdio: ['ignore', 'pipe', log] })
    const [out, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
    if (code !== 0) throw new Error(`${words.slice(0, 2).join(' ')} failed with ${code}, see ${log_file}`)
    return out
  }

  async function createMerchant(): Promise<Merchant> {
    const address = privateKeyToAddress(generatePrivateKey())
    const wallets = ['USDT', 'USDC', 'ETH'].map((currency) => `--wallet=${currency}=ethereum:${address}`)
    const made = JSON.parse(
      await command(
        ...['merchant', 'create', '--json', '--name', 'Test & Söhne', '--email', 'owner@example.com'],
        ...['--mode', 'test', '--webhook-url', `${receiver.url}/webhooks`, ...wallets],
      ),
    ) as Omit<Merchant, 'address'>
    return { ...made, address }
  }

  /** @param program another one than the gateway, for controls */
  async function startGateway(
    extra: Record<string, string> = {},
    role = 'all',
    program = PROGRAM,
  ): Promise<Gateway> {
    const child = spawn(process.execPath, [program, role], {
      env: withRoles({ ...env, ...extra }),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child.stdout.pipe(log, { end: false })
    child.stderr.pipe(log, { end: false })
    const ready = saysReady(child)
    const exited = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string)
    // Who only works is heard at a port of its own, if it has one.
    const probes = (role === 'work' && extra.SKIRO_WORK_PORT) || extra.SKIRO_PORT || port
    const health = `http://127.0.0.1:${probes}/healthz`
    for (let tries = 0; ; tries++) {
      const answer = await fetch(health).catch(() => null)
      if (answer?.ok) break
      if (child.exitCode !== null || child.signalCode !== null || tries > 600) {
        child.kill('SIGKILL')
        throw new Error(`the gateway did not start, see ${log_file}`)
      }
      await sleep(50)
    }
    const end = async (signal: NodeJS.Signals) => {
      child.kill(signal)
      await exited
    }
    return { child, exited, ready, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') }
  }

  return {
    api_url,
    folder,
    log_file,
    database,
    chain,
    bitcoin,
    acquirer,
    venues,
    receiver,
    env,
    command,
    createMerchant,
    startGateway,
    async stop() {
      await Promise.all([acquirer.close(), venues.close(), receiver.close(), chain.stop(), bitcoin?.stop()])
      await database.drop()
      log.end()
      if (!process.env.KEEP_WORLD) await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Resolves at the log line `ready`; never when the process ends before it. */
async function saysReady(child: ChildProcess): Promise<void> {
  await new Promise<void>((resolve) => {
    let said = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      if (said.includes('"msg":"ready"')) resolve()
      // A line may be in two chunks, and a chunk may hold many lines.
      said = said.slice(-100)
    })
  })
}

export type Merchant = {
  merchant_id: string
  api_key: string
  webhook_secret: string
  address: `0x${string}`
}
