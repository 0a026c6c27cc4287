import { behaviourOf } from './cards.ts'
import { brandRule } from './browser/cardNumber.ts'
import { checkCard, type FieldError } from './browser/checkCard.ts'
import { fieldText } from './browser/texts.ts'
import type { Clock } from './clock.ts'
import { Refusal } from './errors.ts'
import { integer, readFields, type Reader, text } from './fields.ts'
import { newId } from './ids.ts'
import type { Token } from './model.ts'
import { en } from './texts/en.ts'

const TOKEN_LIFE_MS = 10 * 60 * 1000

/** Digits as typed: spaces and dashes are removed. The message never repeats the value. */
const digits =
  (max: number): Reader<string> =>
  (value, name) => {
    const cleaned = typeof value === 'string' ? value.replace(/[\s-]/g, '') : null
    if (cleaned !== null && cleaned.length <= max && /^[0-9]*$/.test(cleaned)) return cleaned
    throw new Refusal('invalid_request', `${name} must be a string of at most ${max} digits.`, name)
  }

const anyText =
  (max: number): Reader<string> =>
  (value, name) => {
    if (typeof value === 'string' && value.length <= max) return value
    throw new Refusal('invalid_request', `${name} must be a string of at most ${max} characters.`, name)
  }

export const readCard = (body: unknown) =>
  readFields(body, {
    key: text(255),
    session: text(255),
    number: digits(19),
    exp_month: integer(0, 99),
    exp_year: integer(0, 9999),
    cvc: digits(4),
    name: anyText(200),
  })

/** The first fault of the card, as the body of a 400. For programs, so in English; the fields have words of their own. */
export function fieldErrorBody({ field, code }: FieldError, cscDigits: 3 | 4): unknown {
  return { error: { code, field, message: fieldText(en, code, cscDigits) } }
}

/**
 * Turns a card into a token bound to its session, or names the first fault. Of the card only brand, last four digits,
 * expiry and the bank's behaviour go on; number and security code end here.
 */
export function tokenise(
  input: ReturnType<typeof readCard>,
  clock: Clock,
): { token: Token } | { fault: FieldError; cscDigits: 3 | 4 } {
  const { number, exp_month: month, cvc: csc, name, session } = input
  const year = input.exp_year < 100 ? 2000 + input.exp_year : input.exp_year
  const rule = brandRule(number)
  const typed = { number, exp: `${month}/${year}`, month, year, csc, name }
  const [fault] = checkCard(typed, new Date(clock.nowMs()))
  if (fault) return { fault, cscDigits: rule.csc }
  const { outcome, three_ds, funding } = behaviourOf(number)
  const card = { brand: rule.brand, last_four: number.slice(-4), exp_month: month, exp_year: year, funding }
  const expires_at = clock.iso(TOKEN_LIFE_MS)
  return { token: { id: newId('simtok_'), session, card, outcome, three_ds, expires_at, used_by: null } }
}
