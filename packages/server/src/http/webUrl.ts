import { z } from 'zod'
import { SkiroError } from '../lib/errors.ts'

const URL_MAX = 2048

// Control characters would forge log lines and headers further on.
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f]/

/** An http(s) URL without credentials. The delivery itself checks where the host really points. */
export const webUrl = z
  .string()
  .max(URL_MAX, `must be at most ${URL_MAX} characters`)
  .refine(
    (text) => !CONTROL.test(text) && text.isWellFormed() && /^https?:\/\//i.test(text) && URL.canParse(text),
    'must be an absolute http or https URL',
  )
  .refine((text) => {
    if (!URL.canParse(text)) return true
    const { username, password } = new URL(text)
    return username === '' && password === ''
  }, 'must not contain a user name or password')

/** @throws SkiroError invalid_request for a URL that live events must not be sent to: they name customers. */
export function refusePlainHttp(
  { livemode }: { livemode: boolean; merchant_id?: string },
  param: string,
  url: string | null | undefined,
): void {
  if (livemode && url && !/^https:/i.test(url))
    throw new SkiroError('invalid_request', { param, message: `${param}: must be https in live mode` })
}

// A shop sends the same URLs with every session, and parsing one is a good part of checking a body.
const known = new Set<string>()
const KNOWN_MAX = 1000

/** Whether `webUrl` accepts the value. */
export function isWebUrl(value: unknown): value is string {
  if (typeof value !== 'string') return false
  if (known.has(value)) return true
  if (!webUrl.safeParse(value).success) return false
  if (known.size >= KNOWN_MAX) known.clear()
  known.add(value)
  return true
}
