import { SignatureVerificationError } from './errors.ts'

/** The body if it can be what was signed. One that was parsed, emptied or not waited for gets an error that says so. */
export function checkRawBody(body: unknown): string | Uint8Array {
  if (body instanceof ArrayBuffer) return checkRawBody(new Uint8Array(body))
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) {
    const message = `The body is ${nameOf(body)}. The signature covers the raw bytes: pass those. In Express: app.post(path, express.raw({ type: 'application/json' }), handler), then req.body.`
    throw new SignatureVerificationError(message, { code: 'body_not_raw' })
  }
  if (body.length > 0) return body
  const message = 'The body is empty. Something read it before: verify before any body parser runs.'
  throw new SignatureVerificationError(message, { code: 'body_empty' })
}

function nameOf(body: unknown): string {
  if (body === null || body === undefined) return `${body}, so it was never read`
  if (typeof body !== 'object') return `a ${typeof body}`
  const can = (method: string) => typeof Reflect.get(body, method) === 'function'
  if (can('then')) return 'a promise: await it'
  // A stream or a web Request.
  if (can('pipe') || can('getReader') || can('text')) return 'not read yet: await request.text()'
  return 'an object, so it was parsed'
}

/** Refuses secrets that can never fit, with the likely cause. */
export function checkSecret(secret: unknown): void {
  if (typeof secret !== 'string' || secret === '') {
    throw invalidSecret('No webhook secret given. It is the whsec_… shown when the endpoint was created.')
  }
  if (secret !== secret.trim())
    throw invalidSecret('The webhook secret begins or ends with whitespace. Trim it.')
  if (secret.startsWith('sk_'))
    throw invalidSecret('This is an API key. The webhook secret begins with whsec_.')
}

function invalidSecret(message: string): SignatureVerificationError {
  return new SignatureVerificationError(message, { code: 'secret_invalid' })
}

/** Refuses 0, which elsewhere means "no check": the one who wants that writes `Infinity`. */
export function checkTolerance(seconds: number): number {
  if (seconds > 0) return seconds
  const message = 'toleranceSeconds must be above 0. To accept events of any age pass Infinity.'
  throw new SignatureVerificationError(message, { code: 'tolerance_invalid' })
}

/** Refuses a signing time (unix seconds) further from now than the tolerance, either way. */
export function checkAge(timestamp: number, now: number, tolerance: number): void {
  const age = Math.round(now - timestamp)
  if (Math.abs(age) <= tolerance) return
  const limit = `more than the ${tolerance} s allowed`
  if (age > 0) {
    const message = `The event was signed ${age} s ago, ${limit}. It may be a replay, or this server's clock is ahead.`
    throw new SignatureVerificationError(message, { code: 'timestamp_too_old' })
  }
  const message = `The event was signed ${-age} s in the future, ${limit}. This server's clock is behind.`
  throw new SignatureVerificationError(message, { code: 'timestamp_in_future' })
}
