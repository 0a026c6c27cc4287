import { join } from 'node:path'
import { freePort } from '../../packages/sandbox/src/ports.ts'
import type { Seat } from './fleet.ts'
import type { Stage } from './stage.ts'

const BATCHES = { batch_wait_ms: 1_500, bump_after_ms: 4_000 }

/** Where the gateways of a run are. */
export type Gateways = {
  /** Seats for a fleet: first those of `serve`, then those of `work`. */
  readonly seats: readonly Seat[]
  /** Where those that serve answer. */
  readonly origins: readonly string[]
  /** Makes later starts cost half, so that the machine is busy with payments and not with compiling. */
  compile(): Promise<void>
}

/** Gateways as production starts them, with calls to the chain and the acquirer through the proxies that lose some. */
export async function gatewaySeats(
  { world, rpc, acquirer }: Stage,
  workers: number,
  servers: number,
): Promise<Gateways> {
  const [chain] = JSON.parse(world.env.SKIRO_TEST_CHAINS) as [{ payouts: object }]
  // Tokens go out in batches, and what nobody mines for a few seconds gets a higher fee.
  const payouts = { ...chain.payouts, ...BATCHES }
  const vault = world.chain.vault
  const bank = JSON.parse(world.env.SKIRO_TEST_ACQUIRER) as object
  const env = {
    SKIRO_TEST_CHAINS: JSON.stringify([{ ...chain, rpc_url: rpc.url, vault, payouts }]),
    SKIRO_TEST_ACQUIRER: JSON.stringify({ ...bank, url: acquirer.url }),
    SKIRO_DB_POOL: '10',
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(world.folder, 'compiled'),
  }
  const seat = (role: 'serve' | 'work', port: string): Seat => {
    const own = role === 'serve' ? { SKIRO_PORT: port } : { SKIRO_WORK_PORT: port }
    return () => world.startGateway({ ...env, ...own }, role)
  }
  const free = (count: number) =>
    Promise.all(Array.from({ length: count }, async () => String(await freePort('127.0.0.1'))))
  // The acquirer's webhooks go to the first.
  const ports = [new URL(world.api_url).port, ...(await free(servers - 1))]
  const working = await free(workers)
  return {
    seats: [...ports.map((port) => seat('serve', port)), ...working.map((port) => seat('work', port))],
    origins: ports.map((port) => `http://127.0.0.1:${port}`),
    async compile() {
      const gateway = await world.startGateway(env)
      await gateway.ready
      // What is compiled is kept when a process ends, not when it is killed.
      await gateway.stop()
    },
  }
}
