import type { z } from 'zod'
import { type ErrorCode, SkiroError } from '../lib/errors.ts'

/** Fields whose bad values have an error code of their own. A missing one is still `invalid_request`. */
const OWN_CODES: Record<string, ErrorCode> = {
  amount: 'invalid_amount',
  currency: 'unsupported_currency',
  payout_currency: 'unsupported_payout_currency',
}

/**
 * The input in the schema's shape.
 * @throws SkiroError naming the first bad field in `param`. Nothing is stored before this has passed.
 */
export function parse<T extends z.ZodType>(schema: T, input: unknown): z.output<T> {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  const [issue] = result.error.issues
  if (!issue) throw new SkiroError('invalid_request')
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? ''
    const param = [...issue.path, key].join('.')
    throw new SkiroError('invalid_request', {
      ...(param === '' ? {} : { param }),
      message: `Unknown field: ${param || '""'}. Remove it or check its spelling.`,
    })
  }
  const param = issue.path.map(String).join('.')
  if (param === '') throw new SkiroError('invalid_request', { message: 'The body must be a JSON object.' })
  const missing = valueAt(input, issue.path) === undefined
  if (missing) throw new SkiroError('invalid_request', { param, message: `${param} is required.` })
  const code = OWN_CODES[param]
  if (code && code !== 'invalid_amount') throw new SkiroError(code, { param })
  // What is wrong with a key stands inside the issue of the object that holds it.
  const message = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message
  throw new SkiroError(code ?? 'invalid_request', { param, message: `${param}: ${message}` })
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key],
    input,
  )
}
