import { EgressError } from './failure.ts'

/** Where a post goes: what the HTTP client needs of a URL. */
export type Target = { origin: string; path: string; hostname: string }

/**
 * What can be said of a URL without asking anybody. `new URL` has already turned every way to write an IPv4 address
 * (decimal, octal, hexadecimal, short, circled or full-width digits, percent signs) into the one with four numbers.
 * @throws EgressError refused_url
 */
export function readTarget(text: string, livemode: boolean): Target {
  const url = URL.parse(text)
  if (url === null) throw refused('it is not a URL')
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refused('only http and https are spoken')
  if (livemode && url.protocol !== 'https:') throw refused('it must be https in live mode')
  if (url.username !== '' || url.password !== '') throw refused('it must not contain a user name or password')
  return { origin: url.origin, path: url.pathname + url.search, hostname: url.hostname }
}

const refused = (why: string) => new EgressError('refused_url', `nothing is posted to this URL: ${why}`)
