import type { Posted } from '../http/post.ts'
import type { Patient } from './patient.ts'

/** `skip`: nothing can be told, for example because not even valid deliveries are taken. */
export type Verdict = 'pass' | 'warn' | 'fail' | 'skip'

/** What one check found. */
export type Finding = {
  readonly verdict: Verdict
  /** What the handler did. */
  readonly did: string
  /** What it should do, and how to get there; null when all is well. */
  readonly advice: string | null
}

/** One way to look at a handler. */
export type Check = {
  readonly name: string
  /** What it is about, for people. */
  readonly title: string
  /** `trust`: a stranger could forge events. `delivery`: events could get lost or be handled twice. */
  readonly about: 'trust' | 'delivery'
  readonly examine: (patient: Patient) => Promise<Finding>
}

export const pass = (did: string): Finding => ({ verdict: 'pass', did, advice: null })
export const fail = (did: string, advice: string): Finding => ({ verdict: 'fail', did, advice })
export const warn = (did: string, advice: string): Finding => ({ verdict: 'warn', did, advice })

export const isAccepted = ({ status }: Posted): boolean => status !== null && status >= 200 && status < 300
const isRefused = ({ status }: Posted): boolean => status !== null && status >= 400 && status < 500

/** An answer in words: `answered 204 in 12 ms`. */
export function inWords(posted: Posted): string {
  if (posted.status === null) return posted.failure
  const said = isAccepted(posted) ? '' : firstLine(posted.text)
  return `answered ${posted.status} in ${posted.ms} ms${said ? ` ("${said}")` : ''}`
}

function firstLine(text: string): string {
  const line = text.trim().split('\n')[0] ?? ''
  return line.length > 80 ? `${line.slice(0, 79)}…` : line
}

/** Of a delivery that has to be taken. */
export function mustAccept(posted: Posted, advice: string): Finding {
  return isAccepted(posted) ? pass(inWords(posted)) : fail(inWords(posted), advice)
}

/** Of a delivery that a stranger could have sent: it has to be refused, with a 4xx. */
export function mustRefuse(posted: Posted, advice: string): Finding {
  if (isRefused(posted)) return pass(inWords(posted))
  if (isAccepted(posted)) return fail(inWords(posted), advice)
  const why =
    'It was not taken, but not refused in order either: answer 400 when the signature does not verify.'
  return warn(inWords(posted), why)
}
