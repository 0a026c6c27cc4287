/**
 * Test cards that have a name, for callers that never see a number: what pays by brand, what fails by its code, what asks
 * the bank by how it asks.
 */
export const NAMED_CARDS = {
  visa: '4242424242424242',
  mastercard: '5555555555554444',
  amex: '378282246310005',
  discover: '6011111111111117',
  card_declined: '4000000000000002',
  insufficient_funds: '4000000000009995',
  expired_card: '4000000000000069',
  incorrect_cvc: '4000000000000127',
  processing_error: '4000000000000119',
  lost_card: '4000000000009987',
  stolen_card: '4000000000009979',
  fraudulent: '4100000000000019',
  authentication_failed: '4000008400001280',
  three_ds_frictionless: '4000000000003055',
  three_ds_challenge: '4000000000003220',
  three_ds_redirect: '4000000000003063',
} as const
export type CardName = keyof typeof NAMED_CARDS

/** Whether there is a test card of that name. */
export function isCardName(name: unknown): name is CardName {
  return typeof name === 'string' && Object.hasOwn(NAMED_CARDS, name)
}
