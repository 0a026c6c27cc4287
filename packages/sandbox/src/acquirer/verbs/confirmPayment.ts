import { DECLINES } from '../cards.ts'
import { readFields, text } from '../fields.ts'
import { newId } from '../ids.ts'
import type { Done, Payment, Token } from '../model.ts'
import { decide, fail } from './decide.ts'
import { viewPayment } from './view.ts'
import { changed, findPayment, requireStatus, type World } from './world.ts'

export const readConfirm = (body: unknown) => readFields(body, { token: text(255) })

/** Why a token may not pay for this payment, or null. */
function tokenFault(world: World, token: Token | undefined, payment: Payment): string | null {
  if (!token) return 'No card token has this id.'
  if (token.session !== payment.session) return 'The card token was made for another session.'
  if (token.used_by !== null) return 'The card token was already used.'
  if (world.clock.iso() >= token.expires_at) return 'The card token has expired.'
  return null
}

/** Authorises the payment with a token. A decline, or a token that may not be used, is an answer: `failed`. */
export function confirmPayment(world: World, id: string, input: ReturnType<typeof readConfirm>): Done {
  const payment = findPayment(world, id)
  requireStatus(payment, 'confirmed', ['requires_method'])
  const token = world.book.tokens.get(input.token)
  const fault = tokenFault(world, token, payment)
  if (!token || fault !== null) {
    return fail(world, payment, { code: 'invalid_token', message: fault ?? '' }, null)
  }
  return { ...answerOf(world, payment, token), token: { ...token, used_by: payment.id } }
}

/** A challenge ends after ten minutes (EMV 3-D Secure, challenge time-out). */
const CHALLENGE_MS = 10 * 60 * 1000

function answerOf(world: World, payment: Payment, token: Token): Done {
  const { three_ds, outcome, card } = token
  if (three_ds === 'error') {
    const code = 'authentication_failed'
    return fail(world, payment, { code, message: DECLINES[code] }, card)
  }
  if (three_ds === 'none' || three_ds === 'supported') {
    const isAsked = three_ds === 'supported' && payment.three_ds === 'always'
    const authentication = isAsked ? 'frictionless' : 'none'
    return decide(world, { ...payment, authentication }, outcome, card)
  }
  const action_secret = newId('act_')
  const waiting = changed(world, payment, {
    status: 'requires_action',
    card,
    next_action: {
      type: three_ds === 'redirect' ? 'redirect' : 'three_ds',
      url: `${world.origin}/three_ds/${payment.id}/${action_secret}`,
      until: world.clock.iso(CHALLENGE_MS),
    },
    action_secret,
    after_action: outcome,
  })
  return { status: 200, body: viewPayment(waiting), payment: waiting, event: 'payment.requires_action' }
}
