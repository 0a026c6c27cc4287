import { integer, oneOf, optional, readFields } from './fields.ts'

export const OPERATIONS = [
  'create',
  'confirm',
  'capture',
  'void',
  'refund',
  'retrieve',
  'list',
  'events',
  'test_token',
] as const
export type Operation = (typeof OPERATIONS)[number]

/**
 * `error_*` answers 500 and `drop_*` cuts the connection. `before`: nothing happened and nothing is remembered under
 * the idempotency key. `after`: it happened, its true answer is kept under the key, and only the caller never saw it.
 * `delay`: it happens, and is answered, `delay_ms` later, whether or not the caller still waits.
 */
export type FaultKind = 'error_before' | 'error_after' | 'drop_before' | 'drop_after' | 'delay'

export type Fault = { readonly kind: FaultKind; readonly delay_ms: number }

type Planned = Fault & { readonly operation: Operation | '*'; times: number }

/** Faults to come, in the order they were planned. Each call meets at most one. */
export class Faults {
  #planned: Planned[] = []

  plan(body: unknown): void {
    const { operation, fault, times, delay_ms } = readFields(body, {
      operation: oneOf([...OPERATIONS, '*']),
      fault: oneOf(['error_before', 'error_after', 'drop_before', 'drop_after', 'delay']),
      times: optional(integer(1, 1_000_000), 1),
      delay_ms: optional(integer(0, 600_000), 1000),
    })
    this.#planned.push({ operation, kind: fault, times, delay_ms })
  }

  take(operation: Operation): Fault | null {
    const found = this.#planned.find((item) => item.operation === operation || item.operation === '*')
    if (!found) return null
    found.times -= 1
    if (found.times === 0) this.#planned = this.#planned.filter((item) => item !== found)
    return found
  }

  clear(): void {
    this.#planned = []
  }

  list(): readonly Planned[] {
    return this.#planned
  }
}
