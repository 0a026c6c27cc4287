export const OPERATIONS = [
  'AddOrder',
  'Withdraw',
  'OpenOrders',
  'ClosedOrders',
  'WithdrawStatus',
  'BalanceEx',
] as const
export type Operation = (typeof OPERATIONS)[number]

/**
 * `error_*` answers with the venue's own error and `drop_*` cuts the connection. `before`: nothing happened. `after`: it
 * happened, and the caller never learns it. `delay`: the call arrives `delay_ms` later, whether or not the caller waits.
 */
export const FAULTS = ['error_before', 'error_after', 'drop_before', 'drop_after', 'delay'] as const
export type FaultKind = (typeof FAULTS)[number]
export type Fault = {
  readonly operation: Operation
  readonly kind: FaultKind
  readonly delay_ms: number
  times: number
}

/** Faults to come, in the order they were planned. Each call meets at most one. */
export class Faults {
  #planned: Fault[] = []

  plan(fault: Fault): void {
    this.#planned.push({ ...fault })
  }

  take(operation: string): Fault | null {
    const found = this.#planned.find((fault) => fault.operation === operation)
    if (!found) return null
    found.times -= 1
    if (found.times === 0) this.#planned = this.#planned.filter((fault) => fault !== found)
    return found
  }

  clear(): void {
    this.#planned = []
  }
}
