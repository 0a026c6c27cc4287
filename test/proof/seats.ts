import { join } from 'node:path'
import { freePort } from '../../packages/sandbox/src/ports.ts'
import type { Seat } from './fleet.ts'
import type { Stage } from './stage.ts'

/** Where the gateways of a run are: seats for a fleet, and where those that serve answer. */
export type Gateways = { readonly seats: readonly Seat[]; readonly origins: readonly string[] }

/** Gateways as production starts them, with calls to the chain and the acquirer through the proxies that lose some. */
export async function gatewaySeats(
  { world, rpc, acquirer }: Stage,
  workers: number,
  servers: number,
): Promise<Gateways> {
  const [chain] = JSON.parse(world.env.SKIRO_TEST_CHAINS) as [object]
  const bank = JSON.parse(world.env.SKIRO_TEST_ACQUIRER) as object
  const env = {
    SKIRO_TEST_CHAINS: JSON.stringify([{ ...chain, rpc_url: rpc.url }]),
    SKIRO_TEST_ACQUIRER: JSON.stringify({ ...bank, url: acquirer.url }),
    SKIRO_DB_POOL: '10',
    // A start then costs half: the machine is to be busy with payments.
    NODE_COMPILE_CACHE: join(world.folder, 'compiled'),
  }
  // The acquirer's webhooks go to the first.
  const first = new URL(world.api_url).port
  const ports = await Promise.all(
    Array.from({ length: servers }, async (_, n) => (n === 0 ? first : String(await freePort('127.0.0.1')))),
  )
  const serving = ports.map(
    (port): Seat =>
      () =>
        world.startGateway({ ...env, SKIRO_PORT: port }, 'serve'),
  )
  const work_ports = await Promise.all(Array.from({ length: workers }, () => freePort('127.0.0.1')))
  const working = work_ports.map(
    (port): Seat =>
      () =>
        world.startGateway({ ...env, SKIRO_WORK_PORT: String(port) }, 'work'),
  )
  await compile()
  return { seats: [...serving, ...working], origins: ports.map((port) => `http://127.0.0.1:${port}`) }

  /** What is compiled is kept when a process ends, not when it is killed. */
  async function compile(): Promise<void> {
    const gateway = await world.startGateway(env)
    await gateway.ready
    await gateway.stop()
  }
}
