import { randomBytes } from 'node:crypto'
import { post } from '../../../packages/cli/src/http/post.ts'
import { signingKeys, webhookHeaders } from '../../../packages/server/src/webhooks/signature.ts'
import type { Shop } from './shop.ts'

export type Event = {
  readonly id: string
  readonly type: string
  readonly sequence: number
  readonly data: {
    readonly id: string
    readonly amount: number
    readonly currency: string
    readonly metadata: Readonly<Record<string, string>>
  }
}

export const newSecret = () => `whsec_${randomBytes(32).toString('base64')}`
export const newId = (prefix: string) => `${prefix}_${randomBytes(13).toString('hex')}`

let last_sequence = 0
export const nextSequence = () => (last_sequence += 1)

/** A payment for an order of its own, unless `change` says otherwise. */
export const newEvent = (change: Partial<Event> = {}): Event => ({
  id: newId('evt'),
  type: 'checkout.completed',
  sequence: nextSequence(),
  data: { id: newId('txn'), amount: 49.99, currency: 'EUR', metadata: { order_id: newId('ord') } },
  ...change,
})

export const orderOf = ({ data }: Event): string => data.metadata['order_id'] ?? ''

export type Signing = {
  /** Default: the shop's own. */
  readonly secrets?: readonly string[]
  /** Seconds from now at which it was signed. */
  readonly shift_s?: number
  /** The body as text. Default: the event as JSON. */
  readonly body?: string
  /** Sends another body than the one that was signed. */
  readonly sent?: string
  /** Changes the signature; null: leaves it out. */
  readonly signature?: (header: string) => string | null
}

/** Delivers an event as the gateway signs it. Resolves with the status of the answer, null without one. */
export async function deliver(shop: Shop, event: Event, signing: Signing = {}): Promise<number | null> {
  const { secrets = [shop.secret], shift_s = 0, body = JSON.stringify(event), sent = body } = signing
  const signed = webhookHeaders(
    event.id,
    body,
    secrets.map(signingKeys),
    Math.floor(Date.now() / 1000) + shift_s,
  )
  const { 'x-skiro-signature': genuine = '', ...standard } = signed
  const signature = signing.signature ? signing.signature(genuine) : genuine
  const { status } = await post({
    url: shop.url,
    body: sent,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      ...standard,
      ...(signature !== null && { 'x-skiro-signature': signature }),
    },
    timeout_ms: 15_000,
  })
  return status
}
