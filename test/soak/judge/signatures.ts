import { createHmac } from 'node:crypto'
import { readBody } from './bodies.ts'
import { type Arrival, type Failure, type LiveSecret, type Recording, failure } from './recording.ts'

/** What the documents tell a receiver to refuse. */
const TOO_OLD_S = 300
/** A try that was signed before a secret ended may arrive after. */
const UNDER_WAY_MS = 20_000

/**
 * Whether every try verifies with a secret that was live when it arrived, by both kinds of header, and whether no secret
 * signed beyond its end.
 */
export function judgeSignatures({ endpoints, arrivals }: Recording): Failure[] {
  const secrets = new Map(endpoints.map((endpoint) => [endpoint.id, endpoint.secrets]))
  const unverified: string[] = []
  const ended: string[] = []
  for (const arrival of arrivals) {
    const { at, endpoint_id } = arrival
    const signers = signersOf(arrival, secrets.get(endpoint_id) ?? [])
    const name = `${readBody(arrival)?.id} at ${endpoint_id}`
    if (!signers.some(({ from, until }) => from <= at && (until === null || at < until)))
      unverified.push(name)
    if (signers.some(({ until }) => until !== null && at > until + UNDER_WAY_MS)) ended.push(name)
  }
  return [
    ...failure('unverified', 'no live secret verifies both signatures', unverified),
    ...failure('ended_secret', 'signed by a secret that had run out', ended),
  ]
}

/** Those of the secrets by which both headers verify: the two documented formulas, and nothing else. */
export function signersOf(arrival: Arrival, secrets: readonly LiveSecret[]): LiveSecret[] {
  const { headers, body, clock_s } = arrival
  const [t = '', ...ours] = (headers['x-skiro-signature'] ?? '').split(',')
  const seconds = t.slice('t='.length)
  const id = headers['webhook-id'] ?? ''
  const standard = (headers['webhook-signature'] ?? '').split(' ')
  if (!(Math.abs(clock_s - Number(seconds)) <= TOO_OLD_S)) return []
  if (headers['webhook-timestamp'] !== seconds || readBody(arrival)?.id !== id) return []
  return secrets.filter(({ secret }) => {
    const hex = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
    const base64 = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')
    return ours.includes(`v1=${hex}`) && standard.includes(`v1,${base64}`)
  })
}
