import type { AddressInfo } from 'node:net'
import { startAcquirer } from '../../packages/sandbox/src/acquirer/server.ts'
import type { Context } from '../../packages/server/src/context.ts'
import { newId } from '../../packages/server/src/lib/ids.ts'
import { createKey } from '../../packages/server/src/merchants/createKey.ts'
import { revokeKey } from '../../packages/server/src/merchants/revokeKey.ts'
import { callerOf } from '../api/matrix/call.ts'
import { type OpenApi, type Route, routesOf } from '../api/matrix/document.ts'
import { seedObjects } from '../api/matrix/seed.ts'
import { gatewayApp, newMerchant, TEST_MODE, WALLET } from '../support/gatewayContext.ts'
import { toBytes } from './draft.ts'
import type { Target } from './fuzz.ts'

const PUBLIC_URL = 'https://pay.example'

/** Routes that the document leaves out: the hosted page, the acquirer's webhooks, probes, the documentation. */
const HIDDEN: readonly Route[] = [
  { method: 'GET', path: '/{session_id}' },
  { method: 'GET', path: '/{session_id}/status' },
  {
    method: 'POST',
    path: '/{session_id}/pay',
    bodies: [{ token: 'tok_x' }, { token: 'tok_x', customer_email: '' }],
  },
  { method: 'POST', path: '/{session_id}/receipt' },
  { method: 'POST', path: '/acquirers/simulator/webhook', bodies: [{ id: 'evt_1', type: 'charge.updated' }] },
  { method: 'GET', path: '/healthz' },
  { method: 'GET', path: '/readyz' },
  { method: 'GET', path: '/metrics' },
  { method: 'GET', path: '/docs' },
  { method: 'GET', path: '/docs/errors/not_found' },
  { method: 'GET', path: '/openapi.json' },
  { method: 'GET', path: '/llms.txt' },
].map(({ bodies = [], ...route }) => ({ ...route, bodies, slots: [], filters: [] }))

/** A gateway on a database of its own, listening, with objects of every kind in it: what the fuzz test runs against. */
export async function fuzzTarget(env: Record<string, string> = {}) {
  // A real one: what it cannot reach, a gateway honestly answers with 503.
  const keys = { secret_key: 'sk_sim_fuzz', publishable_key: 'pk_sim_fuzz', webhook_secret: 'whsec_sim' }
  const webhook_url = 'http://127.0.0.1:9/'
  const acquirer = await startAcquirer({ host: '127.0.0.1', port: 0, book_file: null, ...keys, webhook_url })
  const { app, ctx, ...gateway } = await gatewayApp({
    ...TEST_MODE,
    SKIRO_TEST_ACQUIRER: JSON.stringify({ id: 'simulator', url: acquirer.url, ...keys }),
    SKIRO_PUBLIC_URL: PUBLIC_URL,
    SKIRO_RATE_LIMIT_KEY: 'off',
    SKIRO_RATE_LIMIT_ADDRESS: 'off',
    SKIRO_RATE_LIMIT_FAILED_KEYS: 'off',
    ...env,
  })
  const close = async () => {
    await gateway.close()
    await acquirer.close()
  }
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const call = callerOf(app)
  const party = async () => {
    const { merchant_id, api_key } = await newMerchant(ctx, { wallets: { USDT: WALLET } })
    const objects = await seedObjects(ctx, call, { merchant_id, livemode: false }, api_key)
    return { merchant_id, api_key, objects }
  }
  const [own, other] = [await party(), await party()]
  const document = JSON.parse((await app.inject('/openapi.json')).body) as OpenApi
  const target: Target = {
    port,
    document,
    // Deletions last: others are to find the object first.
    routes: [...routesOf(document), ...HIDDEN].toSorted((a, b) => rank(a) - rank(b)),
    public_url: PUBLIC_URL,
    scene: {
      key: own.api_key,
      other_keys: [...(await otherKeys(ctx, own.merchant_id)), other.api_key],
      objects: new Map(Object.entries(own.objects).map(([kind, id]) => [kind, [id]])),
      strange_ids: [
        ...Object.values(other.objects),
        newId('checkout_session'),
        newId('event'),
        newId('request'),
      ],
    },
    probe: { status: 201, bytes: creation(own.api_key) },
  }
  return { target, ctx, close }
}

const rank = ({ method }: Route) => (method === 'DELETE' ? 1 : 0)

/** Keys of the merchant that may only read, are revoked, or are for a mode that is not set up. */
async function otherKeys(ctx: Context, merchant_id: string): Promise<string[]> {
  const make = (livemode: boolean, scope: 'full' | 'read') =>
    createKey(ctx, { merchant_id, livemode }, { label: 'fuzz', scope, expires_at: null })
  const [read, live, revoked] = [
    await make(false, 'read'),
    await make(true, 'full'),
    await make(false, 'full'),
  ]
  await revokeKey(ctx, { merchant_id, livemode: false }, { id: revoked.id })
  return [read.key, live.key, revoked.key]
}

/** The bytes of a request that creates a session. */
export function creation(key: string): Buffer {
  return toBytes({
    route: { method: 'POST', path: '/v1/checkout', bodies: [], slots: [], filters: [] },
    method: 'POST',
    path: '/v1/checkout',
    id: '',
    query: [],
    headers: [
      ['Host', 'localhost'],
      ['Authorization', `Bearer ${key}`],
      ['Content-Type', 'application/json'],
    ],
    body: Buffer.from('{"amount":49.99,"currency":"USD","payout_currency":"USDT"}'),
    chunked: false,
  })
}
