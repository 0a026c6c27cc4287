import type { CheckoutSession, PayCheckoutSessionParams } from 'skiro'
import { CliError, EXIT } from '../exit.ts'
import type { Card, Stage, Subject } from './scenario.ts'

/** A session that could be a customer's. */
export async function newSession(stage: Stage, more: Stage['session'] = {}): Promise<CheckoutSession> {
  const params = {
    amount: '49.99',
    currency: 'USD',
    payout_currency: 'USDT',
    ...more,
    ...stage.session,
  } as const
  const session = await stage.skiro.checkout.create(params, { signal: stage.signal })
  stage.say(
    `Session ${session.id}: ${session.amount.toFixed(2)} ${session.currency} to ${session.payout_currency}`,
  )
  return session
}

/** Pays with the card that was chosen. */
export async function paid(stage: Stage): Promise<Subject> {
  const session = await newSession(stage)
  await pay(stage, session, { card: stage.card })
  return { session }
}

/** One card after the other. */
export const payWith =
  (...cards: readonly Card[]) =>
  async (stage: Stage): Promise<Subject> => {
    const session = await newSession(stage)
    for (const card of cards) await pay(stage, session, { card })
    return { session }
  }

/** Pays, and has the token refuse the wallet. Only USDC can: Tether's list is of senders. */
export const payoutRefused =
  (payout: NonNullable<PayCheckoutSessionParams['payout']>) =>
  async (stage: Stage): Promise<Subject> => {
    const session = await newSession(stage, { payout_currency: 'USDC' })
    await pay(stage, session, { card: stage.card, payout })
    return { session }
  }

export async function expired(stage: Stage): Promise<Subject> {
  const session = await newSession(stage)
  await stage.skiro.checkout.expire(session.id, { signal: stage.signal })
  return { session }
}

/** A test event to one endpoint: the one that was named, or the newest that is enabled and has a URL. */
export async function webhookTested({ skiro, signal, webhook_id, say }: Stage): Promise<Subject> {
  const { data } = await skiro.webhooks.list({ limit: 100 }, { signal })
  const id = webhook_id ?? data.find(({ status, url }) => status === 'enabled' && url)?.id
  if (id === undefined) {
    const message = 'There is no enabled webhook endpoint with a URL to send a test event to.'
    throw new CliError(
      EXIT.refused,
      'no_webhook_endpoint',
      message,
      'Make one: POST /v1/webhooks, see docs/webhooks.md.',
    )
  }
  say(`Endpoint ${id}`)
  return { event: await skiro.webhooks.test(id, { signal }) }
}

async function pay(stage: Stage, { id }: CheckoutSession, params: PayCheckoutSessionParams): Promise<void> {
  const { status, failure_code } = await stage.skiro.testHelpers.pay(id, params, { signal: stage.signal })
  stage.say(`Card ${params.card}: ${failure_code ?? status}`)
}
