import {
  type Acquirer,
  type CardElement,
  type CreatePayment,
  type PaymentSnapshot,
  TEST_CARDS,
  type TestCard,
} from '../../acquirer.ts'
import { assert } from '../../../lib/assert.ts'
import { ProviderError } from '../../../lib/errors.ts'
import type { Fiat, Money } from '../../../lib/money.ts'
import { mapEvent, mapPayment, mapRefund } from './map.ts'
import { type Fields, PROVIDER, readJson, request } from './request.ts'
import { verifySignature } from './signature.ts'
import { type EventWire, eventPageWire, eventWire, paymentWire, refundWire, testTokenWire } from './wire.ts'

const PAGE_SIZE = 100

export type SimulatorConfig = {
  /** Where the acquirer is, as seen from the server and from the customer's browser. */
  readonly url: string
  readonly secret_key: string
  readonly publishable_key: string
  readonly webhook_secret: string
  /** How long one call may take; default 10 s. */
  readonly timeout_ms?: number
}

/** The amount field of a body, in minor units. The acquirer refuses what is too large; what is not positive is a bug. */
function amountMinor({ amount }: Money<Fiat>): { amount_minor: bigint } {
  assert(amount > 0n, 'an amount sent to the acquirer must be positive')
  return { amount_minor: amount }
}

const paymentPath = (ref: string, verb = '') => `/v1/payments/${encodeURIComponent(ref)}${verb}`

/** The adapter of the simulated acquirer. It speaks HTTP to it like the adapter of any other. */
export function createSimulator(config: SimulatorConfig): Acquirer {
  async function payment(path: string, ref: string | null, body?: Fields, key?: string) {
    const call = { path, ...(body && { body }), ...(key !== undefined && { key }) }
    const snapshot = mapPayment(await request(config, paymentWire, call), config.url)
    if (ref === null || snapshot.ref === ref) return snapshot
    throw new ProviderError(PROVIDER, 'unknown', `asked about ${ref}, was told about ${snapshot.ref}`)
  }

  async function createPayment(input: CreatePayment, key: string): Promise<PaymentSnapshot> {
    const { amount, reference, session, descriptor, three_ds, return_url } = input
    const body = {
      ...amountMinor(amount),
      currency: amount.asset,
      reference,
      session,
      descriptor,
      three_ds,
      return_url,
      capture_method: 'manual',
    }
    const made = await payment('/v1/payments', null, body, key)
    const same = made.reference === reference && made.amount.asset === amount.asset
    if (same && made.amount.amount === amount.amount) return made
    throw new ProviderError(PROVIDER, 'unknown', `created ${made.ref} with other values than asked`)
  }

  async function refund(ref: string, amount: Money<Fiat>, key: string) {
    const call = { path: paymentPath(ref, '/refund'), body: amountMinor(amount), key }
    return mapRefund(await request(config, refundWire, call))
  }

  async function listEvents(after: string | null) {
    const events: EventWire[] = []
    let cursor = after
    for (;;) {
      const query = new URLSearchParams({
        limit: String(PAGE_SIZE),
        ...(cursor !== null && { after: cursor }),
      })
      const page = await request(config, eventPageWire, { path: `/v1/events?${query.toString()}` })
      events.push(...page.data)
      cursor = page.data.at(-1)?.id ?? cursor
      if (!page.has_more || page.data.length === 0) return events.map(mapEvent)
    }
  }

  async function probe(): Promise<void> {
    await request(config, eventPageWire, { path: '/v1/events?limit=1' })
  }

  function parseWebhook(raw: string, headers: Record<string, string | undefined>, now: number) {
    verifySignature(config.webhook_secret, headers['sim-signature'], raw, now)
    const parsed = eventWire.safeParse(readJson(raw))
    if (!parsed.success) throw new ProviderError(PROVIDER, 'unknown', 'signed webhook of an unexpected shape')
    return [mapEvent(parsed.data)]
  }

  function element({
    session,
    origin,
    locale,
  }: {
    session: string
    origin: string
    locale: string
  }): CardElement {
    const url = new URL('/element', config.url)
    url.search = new URLSearchParams({
      key: config.publishable_key,
      session,
      parent_origin: origin,
      locale,
    }).toString()
    return { frame_url: url.href, origin: url.origin, test_cards: TEST_CARDS }
  }

  async function testToken(card: TestCard, session: string, key: string): Promise<string> {
    const call = { path: '/v1/test_tokens', body: { card, session }, key }
    return (await request(config, testTokenWire, call)).token
  }

  return {
    id: PROVIDER,
    createPayment,
    confirm: (ref, token, key) => payment(paymentPath(ref, '/confirm'), ref, { token }, key),
    retrieve: (ref) => payment(paymentPath(ref), ref),
    capture: (ref, amount, key) => payment(paymentPath(ref, '/capture'), ref, amountMinor(amount), key),
    void: (ref, key) => payment(paymentPath(ref, '/void'), ref, {}, key),
    refund,
    parseWebhook,
    listEvents,
    probe,
    element,
    testToken,
  }
}
