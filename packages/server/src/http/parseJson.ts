import { SkiroError } from '../lib/errors.ts'

type Reviver = (this: unknown, key: string, value: unknown, context: { source?: string }) => unknown

/**
 * JSON.parse that loses nothing: a number whose digits JavaScript would change (`49.990`, `1e2`, `-0`,
 * 9007199254740993) arrives as its source text, so that whoever reads it can accept or refuse it as written.
 * @throws SkiroError `invalid_request` for a body that is not JSON, is nested too deep, or has a `__proto__` key.
 */
export function parseJson(text: string): unknown {
  const keepDigits: Reviver = (key, value, context) => {
    if (key === '__proto__')
      throw new SkiroError('invalid_request', { message: 'Remove the key __proto__ from the body.' })
    return typeof value === 'number' && String(value) !== context.source ? context.source : value
  }
  try {
    return JSON.parse(text, keepDigits as Parameters<typeof JSON.parse>[1])
  } catch (cause) {
    if (cause instanceof SkiroError) throw cause
    throw new SkiroError('invalid_request', { message: 'The body is not valid JSON.', cause })
  }
}
