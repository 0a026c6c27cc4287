import { createHmac, timingSafeEqual } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'

type Session = { id: string; url: string }
type Problem = { error: string; message: string; request_id: string }

const TRIES = 4
const TOLERANCE_SECONDS = 300

/**
 * `POST /v1/checkout`. The key makes it safe to send again: however many tries arrive, there is one session.
 * Throws when Skiro refuses, or has not answered after four tries.
 */
export async function createSession(params: object, idempotency_key: string): Promise<Session> {
  for (let tries = 1; ; tries++) {
    const { error, may_help, wait_seconds, session } = await tryCreate(params, idempotency_key)
    if (session) return session
    if (tries === TRIES || !may_help) throw error
    await sleep(wait_seconds * 1000 + Math.random() * 500 * 2 ** tries)
  }
}

async function tryCreate(params: object, idempotency_key: string) {
  try {
    const answer = await fetch(`${process.env.SKIRO_API_URL}/v1/checkout`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${process.env.SKIRO_API_KEY}`,
        'content-type': 'application/json',
        'idempotency-key': idempotency_key,
      },
      body: JSON.stringify(params),
      signal: AbortSignal.timeout(30_000),
    })
    const body: unknown = await answer.json()
    if (answer.ok) return { session: body as Session, may_help: false, wait_seconds: 0 }
    const { error, message, request_id } = body as Problem
    return {
      error: new Error(`Skiro: ${error}: ${message} (${request_id})`),
      // What the same request may do better with: docs/guides/errors.md.
      may_help: answer.status === 429 || answer.status >= 500 || error === 'idempotency_in_flight',
      wait_seconds: Number(answer.headers.get('retry-after') ?? 0),
    }
  } catch (cause) {
    // No answer, or not all of it: whether the request arrived, nobody knows.
    return { error: new Error('No answer from Skiro', { cause }), may_help: true, wait_seconds: 0 }
  }
}

/**
 * Whether `header` (X-Skiro-Signature: `t=<unix seconds>,v1=<hex>`, one `v1` for each live secret) signs the body as
 * it arrived, at most five minutes ago.
 */
export function isGenuine(raw_body: Buffer, header: string, secret: string): boolean {
  const fields = header.split(',').map((field) => field.split('='))
  const t = fields.find(([name]) => name === 't')?.[1] ?? ''
  const expected = createHmac('sha256', secret).update(`${t}.`).update(raw_body).digest()
  const signed = fields.some(([name, hex]) => {
    const mac = Buffer.from(hex ?? '', 'hex')
    return name === 'v1' && mac.length === expected.length && timingSafeEqual(mac, expected)
  })
  return signed && Math.abs(Date.now() / 1000 - Number(t)) <= TOLERANCE_SECONDS
}
