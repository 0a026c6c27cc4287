import type { SkiroEvent } from 'skiro'
import { expired, paid, payoutRefused, payWith, webhookTested } from './acts.ts'
import type { Card, Scenario } from './scenario.ts'

const scenario = (
  name: string,
  summary: string,
  act: Scenario['act'],
  type: SkiroEvent['type'] = name as SkiroEvent['type'],
  count = 1,
): Scenario => ({ name, summary, act, until: { type, count } })

const declined = (card: Card, summary: string): Scenario =>
  scenario(`checkout.failed.${card}`, summary, payWith(card), 'checkout.failed')

/** Everything that `skiro trigger` can make happen. Each is the real thing: nothing of it is written by hand. */
export const SCENARIOS: readonly Scenario[] = [
  scenario('checkout.completed', 'a customer pays', paid),
  scenario('checkout.failed', 'the card is declined', payWith('card_declined')),
  declined('insufficient_funds', 'declined: not enough money'),
  declined('expired_card', 'declined: the card has expired'),
  declined('incorrect_cvc', 'declined: wrong security code'),
  declined('lost_card', 'declined: reported lost'),
  declined('stolen_card', 'declined: reported stolen'),
  declined('fraudulent', 'declined: looks like fraud'),
  declined('processing_error', 'declined: the bank had a hiccup'),
  declined('authentication_failed', '3-D Secure fails'),
  scenario(
    'checkout.failed.five_times',
    'five cards are declined, which fails the session',
    payWith('card_declined', 'insufficient_funds', 'expired_card', 'incorrect_cvc', 'processing_error'),
    'checkout.failed',
    5,
  ),
  scenario(
    'checkout.completed.second_card',
    'one card is declined, the next one pays',
    payWith('insufficient_funds', 'visa'),
    'checkout.completed',
  ),
  scenario('checkout.expired', 'a session ends unpaid', expired),
  scenario('payout.sent', 'the payout of a payment is on its way', paid),
  scenario('payout.completed', 'the payout is final on the chain', paid),
  scenario(
    'payout.held',
    'the token refuses your wallet for some seconds; paid later',
    payoutRefused('held'),
  ),
  scenario('payout.failed', 'the payout is mined and reverts', payoutRefused('failed')),
  scenario('webhook.test', 'a test event to one endpoint', webhookTested),
]
