import type { FieldCode } from './checkCard.ts'

/** What each error asks the customer to do. English is the only language of this acquirer so far. */
export const FIELD_TEXTS: Record<FieldCode, string> = {
  missing_number: 'Enter the card number.',
  incomplete_number: 'Enter the complete card number.',
  incorrect_number: 'Check the card number, a digit is wrong.',
  missing_expiry: 'Enter the expiry date.',
  incomplete_expiry: 'Enter the expiry date as month and year, for example 08 / 29.',
  invalid_expiry: 'Check the month and year of the expiry date.',
  expired_card: 'This card has expired. Use another card.',
  missing_csc: 'Enter the 3 digits on the back of the card.',
  incomplete_csc: 'Enter all 3 digits of the security code.',
  missing_name: 'Enter the name on the card.',
}

const AMEX_TEXTS: Partial<Record<FieldCode, string>> = {
  missing_csc: 'Enter the 4 digits on the front of the card.',
  incomplete_csc: 'Enter all 4 digits of the security code.',
}

/** The text for a code; the security code of a brand with four digits sits elsewhere on the card. */
export function fieldText(code: FieldCode, cscDigits: 3 | 4): string {
  return (cscDigits === 4 ? AMEX_TEXTS[code] : undefined) ?? FIELD_TEXTS[code]
}

/** When the vault cannot be reached. */
export const SEND_FAILED = 'The card details could not be sent. Check your connection and try again.'
