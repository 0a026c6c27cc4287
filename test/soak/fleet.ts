import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../packages/sandbox/src/ports.ts'
import type { Random } from '../fuzz/random.ts'
import type { Gateway, World } from '../support/world.ts'

const SIZE = 2

/** Gateways that serve and work side by side, and are killed. */
export type Fleet = {
  /** @param count how many; all without it */
  start(count?: number): Promise<void>
  /** Tells all to stop, those that are starting as well, and waits until they have. */
  stop(): Promise<void>
  /** `kill -9` of one that runs, or of all, and as many new ones in their place. Returns how many. */
  kill(which: 'one' | 'all'): Promise<number>
  readonly kills: () => number
  /** Asks one that runs, whatever host the URL names. */
  readonly fetch: typeof globalThis.fetch
  /** Of gateways that ended otherwise than they were told to. */
  readonly complaints: readonly string[]
}

/** @param program another one than the gateway, to see the soak fail */
export async function createFleet(world: World, random: Random, program?: string): Promise<Fleet> {
  const ports = await Promise.all(Array.from({ length: SIZE }, () => freePort('127.0.0.1')))
  const running = new Map<number, Gateway>()
  const starting = new Set<Promise<void>>()
  const complaints: string[] = []
  let kills = 0

  async function startAt(port: number): Promise<void> {
    const started = startOne(port).finally(() => starting.delete(started))
    starting.add(started)
    await started
  }

  async function startOne(port: number): Promise<void> {
    const gateway = await world.startGateway({ SKIRO_PORT: String(port) }, 'all', program)
    await Promise.race([gateway.ready, gateway.exited])
    running.set(port, gateway)
    void gateway.exited.then((code) => {
      if (running.get(port) === gateway) complaints.push(`a gateway ended by itself, ${code}`)
    })
  }

  async function end(port: number, how: 'kill' | 'stop', with_code: string | number): Promise<void> {
    const gateway = running.get(port)
    if (!gateway) return
    running.delete(port)
    await gateway[how]()
    const code = await gateway.exited
    if (code !== with_code) complaints.push(`a gateway that was to ${how} ended with ${code}`)
  }

  return {
    start: async (count = SIZE) => void (await Promise.all(ports.slice(0, count).map(startAt))),
    async stop() {
      await Promise.allSettled(starting)
      await Promise.all(ports.map((port) => end(port, 'stop', 0)))
    },
    async kill(which) {
      const alive = [...running.keys()]
      if (alive.length === 0) return 0
      const doomed = which === 'all' ? alive : [random.pick(alive)]
      await Promise.all(doomed.map((port) => end(port, 'kill', 'SIGKILL')))
      kills += doomed.length
      await Promise.all(doomed.map(startAt))
      return doomed.length
    },
    kills: () => kills,
    async fetch(input, init) {
      while (running.size === 0) await sleep(50)
      const url = new URL(input instanceof Request ? input.url : input)
      url.port = String(random.pick([...running.keys()]))
      return await fetch(url, init)
    },
    complaints,
  }
}
