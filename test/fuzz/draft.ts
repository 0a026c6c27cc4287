import type { Route } from '../api/matrix/document.ts'
import type { Random } from './random.ts'

/** What the requests are about: keys, and objects that those keys can and cannot see. */
export type Scene = {
  readonly key: string
  /** Keys that are refused or may only read, whole and well-formed. */
  readonly other_keys: readonly string[]
  /** Ids by their kind, all of the key's own merchant and mode. Answers add to them. */
  readonly objects: Map<string, string[]>
  /** Ids that the key must not see. */
  readonly strange_ids: readonly string[]
}

/** A request on its way to the wire, each part as it will stand there. */
export type Draft = {
  readonly route: Route
  method: string
  path: string
  /** The id in the path, or the one that it would be about. */
  readonly id: string
  /** Pairs of the query as `name=value`, already encoded, or not. */
  query: string[]
  headers: [name: string, value: string][]
  body: Buffer | null
  /** Sent in chunks instead of with its length. */
  chunked: boolean
}

const KIND_OF: readonly (readonly [RegExp, string])[] = [
  [/checkout/, 'checkout_session'],
  [/transactions/, 'transaction'],
  [/payouts/, 'payout'],
  [/webhooks/, 'webhook_endpoint'],
  [/events/, 'event'],
]

/** Ids of the kind that the path is about. The first one was there from the beginning. */
function idsFor(route: Route, { objects }: Scene): readonly string[] {
  const [, kind = 'checkout_session'] = KIND_OF.find(([pattern]) => pattern.test(route.path)) ?? []
  return objects.get(kind) ?? ['cs_00000000000000000000000000']
}

/** A request that the document allows, though its parts may exclude each other. */
export function validDraft(random: Random, route: Route, scene: Scene): Draft {
  const draft = plainDraft(route, scene, random.pick(idsFor(route, scene)))
  const body = route.bodies.length > 0 && random.chance(0.95) ? random.pick(route.bodies) : null
  draft.body = body && Buffer.from(JSON.stringify(body))
  if (route.method === 'POST' && random.chance(0.3))
    draft.headers.push(['Idempotency-Key', `fuzz-${random.below(40)}`])
  const put = (name: string, value: string) =>
    draft.query.push(`${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
  for (const { name, values } of route.filters) if (random.chance(0.3)) put(name, random.pick(values))
  for (const { name } of route.slots.filter((slot) => slot.in === 'query')) {
    const value = name.startsWith('metadata') ? scene.objects.get('order_id')?.[0] : draft.id
    if (random.chance(0.2)) put(name, value ?? '')
  }
  return draft
}

/** The shortest request that the route must grant. */
export function plainDraft(route: Route, scene: Scene, id = idsFor(route, scene)[0] ?? ''): Draft {
  const [body] = route.bodies
  return {
    route,
    method: route.method,
    path: route.path.replace(/\{\w+\}/g, id),
    id,
    query: [],
    headers: [
      ['Host', 'localhost'],
      ['Authorization', `Bearer ${scene.key}`],
      ...(body ? [['Content-Type', 'application/json'] as [string, string]] : []),
      // What the hosted page's script says about itself.
      ...(/\/(?:pay|receipt)$/.test(route.path) ? [['X-Skiro-Page', '1'] as [string, string]] : []),
    ],
    body: body ? Buffer.from(JSON.stringify(body)) : null,
    chunked: false,
  }
}

export function setHeader(draft: Draft, name: string, value: string): void {
  dropHeader(draft, name)
  draft.headers.push([name, value])
}

export function dropHeader(draft: Draft, name: string): void {
  draft.headers = draft.headers.filter(([other]) => other.toLowerCase() !== name.toLowerCase())
}

/** The bytes of the request. Its texts may hold any byte, so they are taken for latin1. */
export function toBytes({ method, path, query, headers, body, chunked }: Draft): Buffer {
  const target = query.length > 0 ? `${path}?${query.join('&')}` : path
  const framing: [string, string][] = []
  if (chunked && body) framing.push(['Transfer-Encoding', 'chunked'])
  else if (body) framing.push(['Content-Length', String(body.length)])
  const lines = [...headers, ...framing, ['Connection', 'close']].map(([name, value]) => `${name}: ${value}`)
  const head = Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`, 'latin1')
  if (!body) return head
  return chunked ? Buffer.concat([head, ...chunksOf(body)]) : Buffer.concat([head, body])
}

function chunksOf(body: Buffer): Buffer[] {
  const chunk = (part: Buffer) =>
    Buffer.concat([Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n')])
  const half = Math.ceil(body.length / 2)
  const parts = [body.subarray(0, half), body.subarray(half)].filter((part) => part.length > 0)
  return [...parts.map(chunk), Buffer.from('0\r\n\r\n')]
}
