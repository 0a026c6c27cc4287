import { brandRule, passesLuhn } from './cardNumber.ts'

export type Field = 'number' | 'exp' | 'csc' | 'name'

export type FieldCode =
  | 'missing_number'
  | 'incomplete_number'
  | 'incorrect_number'
  | 'missing_expiry'
  | 'incomplete_expiry'
  | 'invalid_expiry'
  | 'expired_card'
  | 'missing_csc'
  | 'incomplete_csc'
  | 'missing_name'

/** What was typed, spaces and slashes removed. `month` and `year` are null until both are complete. */
export type TypedCard = {
  readonly number: string
  readonly exp: string
  readonly month: number | null
  readonly year: number | null
  readonly csc: string
  readonly name: string
}

export type FieldError = { readonly field: Field; readonly code: FieldCode }

const numberError = ({ number }: TypedCard): FieldCode | null => {
  if (number === '') return 'missing_number'
  if (!brandRule(number).lengths.includes(number.length)) return 'incomplete_number'
  return passesLuhn(number) ? null : 'incorrect_number'
}

const expiryError = ({ exp, month, year }: TypedCard, today: Date): FieldCode | null => {
  if (exp === '') return 'missing_expiry'
  if (month === null || year === null) return 'incomplete_expiry'
  const monthsLeft = (year - today.getUTCFullYear()) * 12 + (month - 1 - today.getUTCMonth())
  if (month < 1 || month > 12 || monthsLeft > 50 * 12) return 'invalid_expiry'
  return monthsLeft < 0 ? 'expired_card' : null
}

const cscError = ({ number, csc }: TypedCard): FieldCode | null => {
  if (csc === '') return 'missing_csc'
  return csc.length === brandRule(number).csc ? null : 'incomplete_csc'
}

/** Every fault of a card, in the order of the fields. A card is good to the last day of its month (UTC). */
export function checkCard(card: TypedCard, today: Date): FieldError[] {
  const codes: readonly [Field, FieldCode | null][] = [
    ['number', numberError(card)],
    ['exp', expiryError(card, today)],
    ['csc', cscError(card)],
    ['name', card.name.trim() === '' ? 'missing_name' : null],
  ]
  return codes.flatMap(([field, code]) => (code === null ? [] : [{ field, code }]))
}
