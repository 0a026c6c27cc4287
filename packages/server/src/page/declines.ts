/** The six things a buyer can be told after a declined attempt. */
export const DECLINE_GROUPS = [
  'card_declined',
  'insufficient_funds',
  'expired_card',
  'incorrect_cvc',
  'processing_error',
  'authentication_failed',
] as const

export type DeclineGroup = (typeof DECLINE_GROUPS)[number]

/**
 * What the buyer is told about a failure code. Lost, stolen, fraudulent and every unknown code read as a plain
 * decline: a thief must not learn which list the card is on (Stripe's rule for the same codes).
 * Call it before a code leaves the server too: a status answer must not say more than the page does.
 */
export function declineGroup(code: string): DeclineGroup {
  // The token was single use: for the buyer that is "try again", as with any other hiccup.
  if (code === 'invalid_token') return 'processing_error'
  return DECLINE_GROUPS.find((group) => group === code) ?? 'card_declined'
}
