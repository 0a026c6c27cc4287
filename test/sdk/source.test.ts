import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { after, before, describe, it } from 'node:test'
import { type CheckoutSession, Skiro } from 'skiro'
import { startGateway } from './gateway.ts'
import { checkTypes, type Project, runSource, sourceProject } from './project.ts'

// The snippets of the document that checkout sessions were specified by ("Checkout sessions", the contract of the API),
// letter by letter. Where they say api.skiro.io, sk_live_... or cs_8f2a91c..., the test puts its own.

const CREATE = `curl https://api.skiro.io/v1/checkout \\
-H "Authorization: Bearer sk_live_..." \\
-H "Content-Type: application/json" \\
-d '{
"amount": 49.99,
"currency": "USD",
"payout_currency": "USDT",
"customer_email": "buyer@example.com",
"metadata": {
"order_id": "ORD-2847",
"product": "premium-license"
},
"redirect_url": "https://yoursite.com/order/success",
"webhook_url": "https://yoursite.com/api/webhooks/skiro"
}'`

const CREATED = `{
"id": "cs_8f2a91c...",
"url": "https://pay.skiro.io/cs_8f2a91c...",
"amount": 49.99,
"currency": "USD",
"payout_currency": "USDT",
"status": "pending",
"metadata": {
"order_id": "ORD-2847",
"product": "premium-license"
},
"redirect_url": "https://yoursite.com/order/success",
"webhook_url": "https://yoursite.com/api/webhooks/skiro",
"expires_at": "2026-05-29T15:02:00Z",
"created_at": "2026-05-29T14:32:00Z"
}`

const RETRIEVE = `const session = await skiro.checkout.retrieve('cs_8f2a91c...')
console.log(session.status) // 'pending' | 'completed' | 'failed' | 'expired'`

const EXPIRE = `await skiro.checkout.expire('cs_8f2a91c...')`

/** "The session object": field and type of each row of the table. */
const FIELDS = {
  id: 'string',
  url: 'string',
  amount: 'number',
  currency: 'string',
  payout_currency: 'string',
  status: 'string',
  metadata: 'object',
  expires_at: 'string',
  created_at: 'string',
}

const gateway = await startGateway()
const skiro = new Skiro(gateway.merchant.api_key, { baseUrl: gateway.url })
let project: Project
before(async () => {
  project = await sourceProject()
})
after(async () => {
  await gateway.close()
  await project.remove()
})

const params = { amount: 49.99, currency: 'USD', payout_currency: 'USDT' } as const

describe('the source document', () => {
  it('creates a session as its curl command does, and gets its answer', async () => {
    const command = CREATE.replace('https://api.skiro.io', gateway.url).replace(
      'sk_live_...',
      gateway.merchant.api_key,
    )
    assert.equal(spawnSync('curl', ['--version']).status, 0, 'curl is needed to run the snippet')
    const { out, status } = await project.run('sh', ['-c', `${command} --silent --show-error`])
    assert.equal(status, 0, out)
    const session = JSON.parse(out) as CheckoutSession
    const documented = JSON.parse(CREATED) as CheckoutSession

    const { id, url, expires_at, created_at, ...fixed } = documented
    for (const [name, value] of Object.entries(fixed))
      assert.deepEqual(session[name as keyof CheckoutSession], value, name)
    assert.match(session.id, /^cs_[0-9a-z]{16,}$/)
    // The hosted page's address ends with the id, in the document's example as in ours.
    assert.ok(session.url.endsWith(`/${session.id}`) && url.endsWith(`/${id}`))
    for (const name of ['expires_at', 'created_at'] as const)
      assert.match(
        session[name],
        /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/,
        `${expires_at} ${created_at}`,
      )
    assert.equal(session.customer_email, 'buyer@example.com')
    assert.deepEqual(await skiro.checkout.retrieve(session.id), session)
  })

  it('retrieves a session', async () => {
    const { id } = await skiro.checkout.create(params)
    assert.equal(await run('retrieve', RETRIEVE, id), 'pending\n')
  })

  it('names every status, and no other', async () => {
    const [, words = ''] = /\/\/ (.*)$/.exec(RETRIEVE) ?? []
    await project.write({
      'status.ts': `import type { CheckoutSession } from 'skiro'
        type Same<A, B> = [A, B] extends [B, A] ? true : false
        export const same: Same<CheckoutSession['status'], ${words}> = true`,
    })
    assert.deepEqual(await checkTypes(project), { status: 0, out: '' })
  })

  it('expires a session', async () => {
    const { id } = await skiro.checkout.create(params)
    assert.equal(await run('expire', EXPIRE, id), '')
    assert.equal((await skiro.checkout.retrieve(id)).status, 'expired')
  })

  it('says truly that a session lives for an hour', async () => {
    const { created_at, expires_at } = await skiro.checkout.create(params)
    assert.equal(Date.parse(expires_at) - Date.parse(created_at), 3_600_000)
  })

  it('lists every field with its type', async () => {
    const session: object = await skiro.checkout.create({ ...params, metadata: { a: 'b' } })
    for (const [name, type] of Object.entries(FIELDS))
      assert.equal(typeof Reflect.get(session, name), type, name)
  })

  it('takes every currency and payout currency that it names, and requires the three fields', async () => {
    for (const currency of ['USD', 'EUR', 'GBP', 'CAD', 'AUD'] as const)
      assert.equal((await skiro.checkout.create({ ...params, currency })).currency, currency)
    await project.write({
      'required.ts': `import type { CreateCheckoutSessionParams as Params } from 'skiro'
        type Required<T> = { [K in keyof T]-?: undefined extends T[K] ? never : K }[keyof T]
        type Same<A, B> = [A, B] extends [B, A] ? true : false
        export const required: Same<Required<Params>, 'amount' | 'currency' | 'payout_currency'> = true
        export const payout: Same<Params['payout_currency'], 'USDT' | 'USDC' | 'BTC' | 'ETH'> = true`,
    })
    assert.deepEqual(await checkTypes(project), { status: 0, out: '' })
  })
})

/** Runs a snippet as a program of its own and returns what it printed. It is type-checked too. */
async function run(name: string, snippet: string, id: string): Promise<string> {
  await project.write({
    [`${name}.ts`]: `import { Skiro } from 'skiro'
const skiro = new Skiro(process.env['SKIRO_API_KEY']!, { baseUrl: process.env['SKIRO_API_URL'] })
${snippet.replace('cs_8f2a91c...', id)}
`,
  })
  assert.deepEqual(await checkTypes(project), { status: 0, out: '' })
  const { status, out } = await runSource(project, `${name}.ts`, {
    SKIRO_API_KEY: gateway.merchant.api_key,
    SKIRO_API_URL: gateway.url,
  })
  assert.equal(status, 0, out)
  return out
}
