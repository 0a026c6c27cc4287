import { usage } from '../exit.ts'
import type { Card, Stage } from './scenario.ts'

const SESSION = [
  'amount',
  'currency',
  'payout_currency',
  'customer_email',
  'redirect_url',
  'webhook_url',
  'expires_in',
  'locale',
  'description',
] as const

/** What `--override` may name. */
export const OVERRIDES = [...SESSION, 'metadata.<key>', 'card', 'webhook_id'] as const

/** Sorts `--override key=value` into what they change. Values are the API's to judge. @throws CliError usage */
export function readOverrides(
  given: Readonly<Record<string, string>>,
): Pick<Stage, 'session' | 'card' | 'webhook_id'> {
  const session: Record<string, unknown> = {}
  const metadata: Record<string, string> = {}
  const { card = 'visa', webhook_id, ...rest } = given
  for (const [name, value] of Object.entries(rest)) {
    if (/^metadata\../.test(name)) metadata[name.slice('metadata.'.length)] = value
    else if (name === 'expires_in') session[name] = Number(value)
    else if (SESSION.some((known) => known === name)) session[name] = value
    else throw usage(`There is no ${name} to override.`, `There are: ${OVERRIDES.join(', ')}.`)
  }
  if (Object.keys(metadata).length > 0) session['metadata'] = metadata
  return { session, card: card as Card, webhook_id }
}
