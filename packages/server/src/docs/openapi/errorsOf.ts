import { ERRORS, type ErrorCode } from '../../lib/errors.ts'
import type { DocumentedRoute } from './routes.ts'
import type { JsonSchema } from './types.ts'

/** Whatever the call, these can happen. */
const ALWAYS: readonly ErrorCode[] = [
  'invalid_api_key',
  'forbidden',
  'rate_limited',
  'internal_error',
  'unavailable',
]
const WITH_QUERY: readonly ErrorCode[] = ['invalid_request']
const WITH_ID: readonly ErrorCode[] = ['not_found']
/** Fastify reads a body on every method but GET. */
const WRITES: readonly ErrorCode[] = ['invalid_request', 'payload_too_large', 'unsupported_media_type']
/** Every POST takes an Idempotency-Key. */
const POSTS: readonly ErrorCode[] = ['idempotency_in_flight', 'idempotency_key_reused']

/** Fields with a code of their own, as http/parse.ts has them. */
const OF_FIELD: Readonly<Record<string, ErrorCode>> = {
  amount: 'invalid_amount',
  currency: 'unsupported_currency',
  payout_currency: 'unsupported_payout_currency',
}

/**
 * Every error code that a call can answer with: what follows from its kind, what the route names in `errors`, and what
 * its description mentions in backticks.
 */
export function errorsOf(route: DocumentedRoute, body: JsonSchema | null): ErrorCode[] {
  const codes: string[] = [
    ...ALWAYS,
    ...(route.querystring ? WITH_QUERY : []),
    ...(route.path.includes('{') ? WITH_ID : []),
    ...(route.method === 'GET' ? [] : WRITES),
    ...(route.method === 'POST' ? POSTS : []),
    ...Object.keys(body?.properties ?? {}).flatMap((field) => OF_FIELD[field] ?? []),
    ...route.errors,
    ...Object.keys(ERRORS).filter((code) => route.description.includes(`\`${code}\``)),
  ]
  return [...new Set(codes)] as ErrorCode[]
}
