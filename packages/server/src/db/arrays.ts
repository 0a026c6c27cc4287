const NEEDS_ESCAPE = /["\\]/

/**
 * A `text[]` parameter in PostgreSQL's array syntax (manual 8.15.6). The driver can do this too, at several times the
 * cost, and a group of rows is sent as a dozen such arrays.
 */
export function textArray(values: readonly (string | null)[]): string {
  let literal = '{'
  for (const value of values) {
    if (literal.length > 1) literal += ','
    if (value === null) literal += 'NULL'
    else literal += NEEDS_ESCAPE.test(value) ? `"${value.replaceAll(/["\\]/g, '\\$&')}"` : `"${value}"`
  }
  return `${literal}}`
}

/** A `bytea[]` parameter, in PostgreSQL's hex format (manual 8.4.1). */
export function bytesArray(values: readonly (Buffer | null)[]): string {
  return textArray(values.map((value) => value && `\\x${value.toString('hex')}`))
}

/** A parameter of numbers (`int[]`, `numeric[]`), in the same syntax. */
export function numberArray(values: readonly (number | bigint)[]): string {
  return `{${values.join(',')}}`
}

/** A `boolean[]` parameter, in the same syntax. */
export function booleanArray(values: readonly boolean[]): string {
  return `{${values.join(',')}}`
}
