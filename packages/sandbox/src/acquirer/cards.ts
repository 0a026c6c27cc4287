import type { Brand } from './browser/cardNumber.ts'
import type { Card } from './model.ts'

/** Decline codes, in Stripe's words, and what the bank says with each. */
export const DECLINES = {
  card_declined: 'The card was declined.',
  insufficient_funds: 'The card has insufficient funds.',
  lost_card: 'The card was reported lost.',
  stolen_card: 'The card was reported stolen.',
  expired_card: 'The card has expired.',
  incorrect_cvc: 'The security code is incorrect.',
  processing_error: 'An error occurred while processing the card. Try again.',
  fraudulent: 'The payment was blocked as likely fraud.',
  card_velocity_exceeded: 'The card has exceeded its limit of payments.',
  authentication_failed: 'The customer could not be authenticated by their bank.',
  unknown_test_card: 'Only test cards work with this acquirer.',
} as const

/** How a bank answers an authorisation. `unknown_test_card` is reported as `card_declined`. */
export type Outcome = 'approve' | keyof typeof DECLINES

/**
 * What the bank behind a card does when 3-D Secure comes into play. `none`: it is not enrolled, the payment goes on
 * without. `supported`: it answers without bothering the customer (frictionless), when it is asked at all. `challenge`:
 * it asks the customer, inside the shop's page; `redirect`: on a page of its own. `error`: its server is broken.
 */
export type ThreeDs = 'none' | 'supported' | 'challenge' | 'redirect' | 'error'

export type TestCard = {
  readonly number: string
  readonly brand: Brand
  readonly funding: Card['funding']
  readonly outcome: Outcome
  readonly three_ds: ThreeDs
}

const card = (
  number: string,
  brand: Brand,
  outcome: Outcome = 'approve',
  three_ds: TestCard['three_ds'] = 'none',
  funding: Card['funding'] = 'credit',
): TestCard => ({ number, brand, funding, outcome, three_ds })

/**
 * The numbers that developers know from Stripe, with the same effect.
 *
 * 3-D Secure: the payment of a `challenge` or `redirect` card becomes `requires_action`, and `next_action.url` is the
 * bank's page. Once the customer has passed there, `outcome` is the bank's answer; a refusal, and ten minutes without an
 * answer, fail with `authentication_failed`, as an `error` card does at once.
 */
export const TEST_CARDS: readonly TestCard[] = [
  card('4242424242424242', 'visa'),
  card('4000056655665556', 'visa', 'approve', 'none', 'debit'),
  card('5555555555554444', 'mastercard'),
  card('2223003122003222', 'mastercard'),
  card('5200828282828210', 'mastercard', 'approve', 'none', 'debit'),
  card('5105105105105100', 'mastercard', 'approve', 'none', 'prepaid'),
  card('378282246310005', 'amex'),
  card('371449635398431', 'amex'),
  card('6011111111111117', 'discover'),
  card('6011000990139424', 'discover'),
  card('3056930009020004', 'diners'),
  card('36227206271667', 'diners'),
  card('3566002020360505', 'jcb'),
  card('6200000000000005', 'unionpay'),

  card('4000000000000002', 'visa', 'card_declined'),
  card('4000000000009995', 'visa', 'insufficient_funds'),
  card('4000000000009987', 'visa', 'lost_card'),
  card('4000000000009979', 'visa', 'stolen_card'),
  card('4000000000000069', 'visa', 'expired_card'),
  card('4000000000000127', 'visa', 'incorrect_cvc'),
  card('4000000000000119', 'visa', 'processing_error'),
  card('4000000000006975', 'visa', 'card_velocity_exceeded'),
  card('4000000000000341', 'visa', 'card_declined'),
  card('4100000000000019', 'visa', 'fraudulent'),

  card('4000000000003055', 'visa', 'approve', 'supported'),
  card('4000000000003220', 'visa', 'approve', 'challenge'),
  card('4000000000003063', 'visa', 'approve', 'redirect'),
  card('4000002500003155', 'visa', 'approve', 'challenge'),
  card('4000002760003184', 'visa', 'approve', 'challenge'),
  card('4000008400001629', 'visa', 'card_declined', 'challenge'),
  card('4000008260003178', 'visa', 'insufficient_funds', 'challenge'),
  card('4000008400001280', 'visa', 'authentication_failed', 'error'),
]

const BY_NUMBER = new Map(TEST_CARDS.map((item) => [item.number, item]))

/** How the bank behind this number behaves. A number that is not in the table is always declined. */
export function behaviourOf(number: string): Pick<TestCard, 'outcome' | 'three_ds' | 'funding'> {
  return BY_NUMBER.get(number) ?? { outcome: 'unknown_test_card', three_ds: 'none', funding: 'credit' }
}
