import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createHmac } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { webhooks } from 'skiro'

/** Faults that webhook handlers have in the wild. */
export type Flaw =
  | 'takes_anything'
  | 'looks_only_for_a_header'
  | 'ignores_the_time'
  | 'verifies_the_id_only'
  | 'other_secret'
  | 'takes_the_first_signature_only'
  | 'refuses_what_it_knows'
  | 'ships_twice'
  | 'breaks_when_two_come_at_once'
  | 'refuses_older_events'
  | 'refuses_unknown_types'
  | 'small_body_limit'
  | 'impatient'
  | 'redirects'
  | 'breaks_on_forgeries'
  | 'answers_late'

export const SECRET = 'whsec_dGVzdCBzZWNyZXQgb2YgYSBoYW5kbGVyIG9mIGEgc2hvcA=='

/**
 * A merchant's handler as docs/webhooks.md wants it, or with one flaw. `GET /effects?event_id=` tells how often it
 * shipped.
 */
export async function startHandler(flaw: Flaw | null) {
  const has = (one: Flaw) => flaw === one
  const shipped = new Map<string, number>()
  const running = new Set<string>()
  let newest = 0

  async function handle(raw: Buffer, signature: string | undefined): Promise<number> {
    if (has('small_body_limit') && raw.length > 16 * 1024) return 413
    const event = trusted(raw, signature)
    if (!event) return has('breaks_on_forgeries') ? 500 : 400
    const { id, type, sequence } = event
    if (has('refuses_unknown_types') && type !== 'checkout.completed') return 400
    if (has('refuses_older_events') && sequence < newest) return 409
    newest = Math.max(newest, sequence)
    if (has('breaks_when_two_come_at_once') && running.has(id)) return 500
    running.add(id)
    // Once is enough to be seen.
    if (has('answers_late') && shipped.size === 0) await sleep(3200)
    // The database that a shop asks whether it knows the event.
    if (has('breaks_when_two_come_at_once')) await sleep(100)
    running.delete(id)
    const known = shipped.has(id)
    if (known && has('refuses_what_it_knows')) return 409
    if (!known || has('ships_twice')) shipped.set(id, (shipped.get(id) ?? 0) + 1)
    return 204
  }

  function trusted(raw: Buffer, signature: string | undefined) {
    const unchecked = () =>
      JSON.parse(raw.toString() || '{}') as { id: string; type: string; sequence: number }
    if (has('takes_anything')) return unchecked()
    if (has('looks_only_for_a_header')) return signature ? unchecked() : null
    const [, t = '', mac = ''] = /^t=(\d+),v1=([0-9a-f]+)/.exec(signature ?? '') ?? []
    const first_only = () => createHmac('sha256', SECRET).update(`${t}.`).update(raw).digest('hex') === mac
    if (has('takes_the_first_signature_only') && !first_only()) return null
    // Something between has parsed the body and wrote down again what it knew of it.
    const { tampered: _, ...rest } = has('verifies_the_id_only')
      ? (unchecked() as { tampered?: boolean })
      : {}
    const body = has('verifies_the_id_only') ? JSON.stringify(rest) : raw
    try {
      return webhooks.constructEvent(body, signature, has('other_secret') ? `${SECRET}x` : SECRET, {
        ...(has('ignores_the_time') && { toleranceSeconds: Infinity }),
      })
    } catch {
      return null
    }
  }

  const server = createServer((request, response) => {
    const { method, url = '', headers } = request
    if (method === 'GET') {
      const id = new URL(url, 'http://handler').searchParams.get('event_id') ?? ''
      response.end(String(shipped.get(id) ?? 0))
      return
    }
    if (has('redirects')) {
      response.writeHead(301, { location: '/hooks/' }).end()
      return
    }
    if (has('impatient'))
      setTimeout(() => response.headersSent || response.writeHead(408).end(), 1000).unref()
    void buffer(request)
      .then((raw) => handle(raw, headers['x-skiro-signature'] as string | undefined))
      .then((status) => response.headersSent || response.writeHead(status).end())
      .catch(() => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: `${origin}/hooks`,
    effects_url: `${origin}/effects`,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
