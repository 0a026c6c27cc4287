import { createServer } from 'node:http'
import { fieldsOf } from './fields.ts'
import { type AcquirerOptions, startAcquirer } from './server.ts'

/** What the tests of this folder share: a running acquirer and plain HTTP calls to it. */

export type Answered = {
  readonly status: number
  readonly body: Record<string, unknown>
  readonly headers: Headers
}

export const KEYS = { secret_key: 'sk_sim', publishable_key: 'pk_sim', webhook_secret: 'whsec_sim' }

export const GOOD_CARD = {
  number: '4242424242424242',
  exp_month: 12,
  exp_year: 2040,
  cvc: '123',
  name: 'Ada L',
}

export async function startTestAcquirer(options: Partial<AcquirerOptions> = {}) {
  const server = await startAcquirer({
    ...KEYS,
    host: '127.0.0.1',
    port: 0,
    book_file: null,
    webhook_url: null,
    ...options,
  })

  async function send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const response = await fetch(server.url + path, {
      method,
      headers: {
        authorization: `Bearer ${KEYS.secret_key}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const parsed: unknown = await response.json()
    const answered: Answered = {
      status: response.status,
      body: fieldsOf(parsed),
      headers: response.headers,
    }
    return answered
  }

  const get = (path: string) => send('GET', path)
  const post = (path: string, body: unknown, key?: string) =>
    send('POST', path, body, key === undefined ? {} : { 'idempotency-key': key })

  async function token(session: string, number = GOOD_CARD.number): Promise<string> {
    const cvc = number.startsWith('3') && number.length === 15 ? '1234' : '123'
    const card = { ...GOOD_CARD, number, cvc, key: KEYS.publishable_key, session }
    return String((await post('/vault/tokens', card)).body['token'])
  }

  const create = async (amount_minor = 4999, session = 'cs_1') => {
    const fields = { amount_minor, currency: 'USD', reference: 'txn_1', session, descriptor: 'SHOP' }
    return String((await post('/v1/payments', fields)).body['id'])
  }

  async function authorize(amount_minor = 4999, number = GOOD_CARD.number) {
    const id = await create(amount_minor)
    const answer = await post(`/v1/payments/${id}/confirm`, { token: await token('cs_1', number) })
    return { id, answer }
  }

  return { ...server, send, get, post, token, create, authorize }
}

/** The error part of an answer: `code`, and `param` or `field` where there is one. */
export function errorOf({ body }: Answered): Record<string, unknown> {
  return fieldsOf(body['error'])
}

/** A receiver of webhooks that answers with the next planned status, else 200. */
export async function startReceiver() {
  const received: { raw: string; signature: string; at: number }[] = []
  const statuses: number[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const signature = String(request.headers['sim-signature'])
      received.push({ raw: Buffer.concat(chunks).toString('utf8'), signature, at: Date.now() })
      response.writeHead(statuses.shift() ?? 200).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    /** Statuses of the next answers. */
    statuses,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Waits until `check` holds; fails after three seconds. */
export async function until(check: () => boolean, what: string): Promise<void> {
  for (let tries = 0; !check(); tries++) {
    if (tries === 300) throw new Error(`never happened: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
