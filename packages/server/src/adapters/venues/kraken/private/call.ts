import { z } from 'zod'
import { nowMs } from '../../../../lib/clock.ts'
import { ProviderError } from '../../../../lib/errors.ts'
import { parseWire } from '../../shared/levels.ts'
import { signCall } from './sign.ts'

const ID = 'kraken'
const Answer = z.object({ error: z.array(z.string()), result: z.unknown().optional() })

export type Credentials = { readonly api_key: string; readonly private_key: string }
export type Call = <T extends z.ZodType>(
  name: string,
  fields: Record<string, string>,
  result: T,
) => Promise<z.infer<T>>

/** Refused before anything was done, and not because of what was asked: the same call may pass later. */
const LATER =
  /^(?:EAPI:Invalid nonce|EAPI:Rate limit exceeded|EOrder:Rate limit exceeded|EGeneral:Temporary lockout)/
/** Kraken's own trouble: it does not say whether it acted. */
const IN_DOUBT = /^(?:EService:(?!Deadline elapsed)|EGeneral:Internal error|EGeneral:Unknown error)/
const NOT_REACHED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])

/**
 * Private calls of one account. The nonce grows with every call, and Kraken refuses one that is lower than it has seen:
 * a call that was lost on the way cannot act once a later one was answered. So calls go one after the other: two at once
 * could overtake each other, and the one with the lower nonce would be refused.
 */
export function createCall(url: string, { api_key, private_key }: Credentials, timeout_ms: number): Call {
  let last = 0n
  let before: Promise<unknown> = Promise.resolve()
  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    const turn = before.then(work)
    before = turn.catch(() => undefined)
    return await turn
  }
  const send = async (name: string, fields: Record<string, string>): Promise<unknown> => {
    const path = `/0/private/${name}`
    const now = BigInt(nowMs()) * 1000n
    last = now > last ? now : last + 1n
    const nonce = last.toString()
    const body = new URLSearchParams({ nonce, ...fields }).toString()
    const headers = {
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      'user-agent': 'skiro',
      'API-Key': api_key,
      'API-Sign': signCall(path, nonce, body, private_key),
    }
    return await post(url.replace(/\/+$/, '') + path, headers, body, timeout_ms)
  }
  return async (name, fields, result) => {
    const json = await inTurn(() => send(name, fields))
    const answer = parseWire(ID, Answer, json)
    // A warning starts with W and comes with a result.
    const errors = answer.error.filter((error) => error.startsWith('E'))
    if (errors.length > 0) throw new ProviderError(ID, kindOf(errors), errors.join(', ').slice(0, 200))
    return parseWire(ID, result, answer.result)
  }
}

function kindOf(errors: readonly string[]): ProviderError['kind'] {
  if (errors.some((error) => IN_DOUBT.test(error))) return 'unknown'
  return errors.every((error) => LATER.test(error)) ? 'unavailable' : 'refused'
}

async function post(
  url: string,
  headers: Record<string, string>,
  body: string,
  timeout_ms: number,
): Promise<unknown> {
  let answer: { status: number; text: string }
  try {
    const signal = AbortSignal.timeout(timeout_ms)
    const response = await fetch(url, { method: 'POST', headers, body, redirect: 'error', signal })
    answer = { status: response.status, text: await response.text() }
  } catch (cause) {
    const code = reasonOf(cause)
    throw new ProviderError(
      ID,
      NOT_REACHED.has(code) ? 'unavailable' : 'unknown',
      `no answer: ${code}`,
      cause,
    )
  }
  // Whatever answered in another way need not be Kraken, so it says nothing about what Kraken did.
  if (answer.status !== 200) throw new ProviderError(ID, 'unknown', `HTTP ${answer.status}`)
  try {
    return JSON.parse(answer.text) as unknown
  } catch (cause) {
    throw new ProviderError(ID, 'unknown', 'the answer is not JSON', cause)
  }
}

/** `fetch` hides the reason (`ECONNREFUSED`) in the cause of its own TypeError. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  const inner = error.cause instanceof Error ? error.cause : error
  return 'code' in inner && typeof inner.code === 'string' ? inner.code : inner.name
}
