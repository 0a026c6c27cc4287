import type { Tenant } from '../lib/tenant.ts'

/** The values of a statement that is put together from parts. `$1` is the merchant, `$2` the mode. */
export type Params = {
  readonly values: unknown[]
  /** Adds a value and returns its placeholder. */
  readonly bind: (value: unknown) => string
}

export function tenantParams({ merchant_id, livemode }: Tenant): Params {
  const values: unknown[] = [merchant_id, livemode]
  return { values, bind: (value) => `$${values.push(value)}` }
}
