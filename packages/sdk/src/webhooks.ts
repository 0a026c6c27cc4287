import { timingSafeEqual } from 'node:crypto'
import { SignatureVerificationError } from './errors.ts'
import { explainMismatch } from './explainMismatch.ts'
import type { SkiroEvent } from './generated/skiroEvent.ts'
import { type HeaderValue, parseSignatureHeader, signBody } from './signatureHeader.ts'
import { checkAge, checkRawBody, checkSecret, checkTolerance } from './webhookChecks.ts'

/** The body of a webhook as it arrived: text or bytes, a `Buffer` too. */
export type RawBody = string | Uint8Array | ArrayBuffer

/** Settings of `constructEvent`. */
export type ConstructEventOptions = {
  /** How far the signed time may be from now, in seconds, either way. Default 300. `Infinity` turns the check off. */
  toleranceSeconds?: number | undefined
  /** The time to compare with, in unix seconds. Default: now. */
  now?: number | undefined
}

/** What `generateTestHeader` signs. `timestamp` is unix seconds, default now. */
export type TestHeaderParams = {
  payload: string | Uint8Array
  secret: string
  timestamp?: number | undefined
}

/**
 * Verifies a webhook and returns its event. Needs the body as it arrived, byte for byte.
 * Throws `SignatureVerificationError`, whose message says what to fix; answer such a request with 400.
 */
function constructEvent(
  rawBody: RawBody,
  header: HeaderValue,
  secret: string,
  options?: ConstructEventOptions,
): SkiroEvent {
  verify(rawBody, header, secret, options)
  return parseEvent(decode(rawBody))
}

/** Verifies a webhook without reading it. Throws as `constructEvent` does. */
function verify(
  rawBody: RawBody,
  header: HeaderValue,
  secret: string,
  options: ConstructEventOptions = {},
): void {
  const tolerance = checkTolerance(options.toleranceSeconds ?? 300)
  const body = checkRawBody(rawBody)
  checkSecret(secret)
  const { timestamp, signatures } = parseSignatureHeader(header)
  const fits = (candidate: string | Uint8Array) => {
    const expected = signBody(timestamp, candidate, secret)
    return signatures.some((signature) => equalInConstantTime(signature, expected))
  }
  if (!fits(body)) throw explainMismatch(decode(body), secret, fits)
  // Only now is `t` known to be Skiro's, so only now is its age worth a word.
  checkAge(Number(timestamp), options.now ?? Date.now() / 1000, tolerance)
}

/** A valid `X-Skiro-Signature` header for a payload, to test your webhook handler with. */
function generateTestHeader({ payload, secret, timestamp }: TestHeaderParams): string {
  const seconds = String(timestamp ?? Math.floor(Date.now() / 1000))
  return `t=${seconds},v1=${signBody(seconds, payload, secret)}`
}

/** Webhook verification. Needs no API key. */
export const webhooks = { constructEvent, verify, generateTestHeader }

function parseEvent(body: string): SkiroEvent {
  try {
    const event: unknown = JSON.parse(body)
    if (isEvent(event)) return event
  } catch {
    // Falls through: signed, yet not an event.
  }
  throw new SignatureVerificationError('The signature is valid, but the body is not a Skiro event.', {
    code: 'payload_invalid',
  })
}

function isEvent(value: unknown): value is SkiroEvent {
  if (typeof value !== 'object' || value === null || !('id' in value && 'type' in value)) return false
  return 'data' in value && typeof value.data === 'object' && value.data !== null
}

function equalInConstantTime(a: string, b: string): boolean {
  const encoder = new TextEncoder()
  const [left, right] = [encoder.encode(a), encoder.encode(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}

function decode(body: RawBody): string {
  return typeof body === 'string' ? body : new TextDecoder().decode(body)
}
