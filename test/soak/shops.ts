import { Skiro } from 'skiro'
import type { Random } from '../fuzz/random.ts'
import type { World } from '../support/world.ts'
import type { SimulatedClock } from './clock.ts'
import type { Fleet } from './fleet.ts'
import type { Arrival, LiveSecret, SoakEndpoint } from './judge/recording.ts'
import { type ShopServer, startShopServer } from './shopServer.ts'

const MERCHANTS = 4
/** What the second endpoint of the first merchant listens to. */
const SECOND_TYPES = ['payout.sent', 'payout.completed'] as const

/** An endpoint with the server behind it and the merchant's client. */
export type ShopEndpoint = SoakEndpoint & {
  readonly server: ShopServer
  readonly skiro: Skiro
  readonly secrets: LiveSecret[]
}

/** Merchants whose default endpoints hear everything; the first has a second endpoint that hears of payouts only. */
export async function openShops(
  world: World,
  fleet: Fleet,
  clock: SimulatedClock,
  { random, fail_share, arrivals }: { random: () => Random; fail_share: number; arrivals: Arrival[] },
): Promise<ShopEndpoint[]> {
  const newServer = async () => {
    let endpoint_id = ''
    const server = await startShopServer(random(), fail_share, (arrived) =>
      arrivals.push({ ...arrived, endpoint_id, at: clock.now() }),
    )
    return { server, mark: (id: string) => void (endpoint_id = id) }
  }
  const openDefault = async (): Promise<ShopEndpoint> => {
    const [{ merchant_id, api_key, webhook_secret }, { server, mark }] = await Promise.all([
      world.createMerchant(),
      newServer(),
    ])
    // By the API it would record an event of its own.
    const { rows } = await world.database.db.query<{ id: string }>(
      'update webhook_endpoint set url = $2 where merchant_id = $1 and is_default returning id',
      [merchant_id, server.url],
    )
    const id = rows[0]?.id ?? ''
    mark(id)
    const skiro = new Skiro(api_key, { baseUrl: world.api_url, fetch: fleet.fetch, maxRetries: 8 })
    const secrets = [{ secret: webhook_secret, from: clock.now(), until: null }]
    return { id, merchant_id, types: ['*'], secrets, server, skiro }
  }
  const shops = await Promise.all(Array.from({ length: MERCHANTS }, openDefault))
  const [first] = shops
  if (!first) return shops
  const { server, mark } = await newServer()
  const types = [...SECOND_TYPES]
  const { id, secret } = await first.skiro.webhooks.create({ url: server.url, events: types })
  mark(id)
  return [...shops, { ...first, id, types, server, secrets: [{ secret, from: clock.now(), until: null }] }]
}

/** A new secret for the endpoint; the old one signs as well for so many seconds. */
export async function rotate(
  endpoint: ShopEndpoint,
  clock: SimulatedClock,
  keep_seconds: number,
): Promise<void> {
  const { id, skiro, secrets } = endpoint
  // It may be used as soon as it is committed, which is before we are told.
  const from = clock.now()
  const { secret } = await skiro.webhooks.rotate(id, { expires_in: keep_seconds })
  const old = secrets.pop()
  if (old) secrets.push({ ...old, until: clock.now() + keep_seconds * 1000 })
  secrets.push({ secret, from, until: null })
}
