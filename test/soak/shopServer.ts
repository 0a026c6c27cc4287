import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '../fuzz/random.ts'
import type { Arrival } from './judge/recording.ts'

const HEADERS = ['x-skiro-signature', 'webhook-id', 'webhook-timestamp', 'webhook-signature']
const HANG_MS = [50, 400] as const

/** A merchant's server that is not well: it takes some events and fails the others in several ways. */
export type ShopServer = {
  readonly url: string
  /** From now on it refuses everything, or goes on as before. */
  setDown(down: boolean): void
  close(): Promise<void>
}

/**
 * @param fail_share how often it fails, 0 to 1
 * @param note what arrived, and whether it is going to be accepted
 */
export async function startShopServer(
  random: Random,
  fail_share: number,
  note: (arrived: Pick<Arrival, 'headers' | 'body' | 'accepted' | 'clock_s'>) => void,
): Promise<ShopServer> {
  let down = false
  const server = createServer((request, response) => {
    // Cut off when a gateway is killed: half an event is none.
    const take = async () => {
      const body = await text(request)
      const fails = down || random.chance(fail_share)
      const headers = Object.fromEntries(HEADERS.map((name) => [name, request.headers[name]?.toString()]))
      note({ headers, body, accepted: !fails, clock_s: Date.now() / 1000 })
      if (fails) await fail(response)
      else response.writeHead(200).end('ok')
    }
    take().catch(() => request.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  async function fail(response: ServerResponse): Promise<void> {
    // One that is down does not hang: thousands of tries wait for their turn at it.
    const way = random.pick(down ? ['refuse', 'close'] : ['refuse', 'close', 'hang'])
    if (way === 'refuse') {
      response.writeHead(down ? 503 : 500).end('not now')
      return
    }
    if (way === 'hang') await sleep(HANG_MS[0] + random.below(HANG_MS[1] - HANG_MS[0]))
    response.destroy()
  }

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`,
    setDown: (now_down) => void (down = now_down),
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
