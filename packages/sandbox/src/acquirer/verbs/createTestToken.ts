import { type CardName, NAMED_CARDS } from '../browser/namedCards.ts'
import { oneOf, readFields, text } from '../fields.ts'
import type { Done } from '../model.ts'
import { tokenise } from '../vault.ts'
import type { World } from './world.ts'

const NAMES = Object.keys(NAMED_CARDS) as CardName[]
const YEARS_LEFT = 3

export const readTestToken = (body: unknown) => readFields(body, { card: oneOf(NAMES), session: text(255) })

/** A token of a test card by its name: what the card page would make of its number, without the number leaving here. */
export function createTestToken({ clock }: World, input: ReturnType<typeof readTestToken>): Done {
  const number = NAMED_CARDS[input.card]
  const made = tokenise(
    {
      key: '',
      session: input.session,
      number,
      exp_month: 12,
      exp_year: new Date(clock.nowMs()).getUTCFullYear() + YEARS_LEFT,
      cvc: input.card === 'amex' ? '1234' : '123',
      name: 'Test Buyer',
    },
    clock,
  )
  if ('fault' in made) throw new Error(`the test card ${input.card} is not valid: ${made.fault.code}`)
  const { token } = made
  const { brand, last_four } = token.card
  const body = { object: 'test_token', token: token.id, brand, last_four, expires_at: token.expires_at }
  return { status: 201, body, token }
}
