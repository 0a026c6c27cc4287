import { formatDecimal } from '../../../lib/money.ts'
import type { HoldReason, Planned } from '../../chain.ts'

/** Why nothing was planned. */
export function hold(reason: HoldReason, detail: string, payment: number | null = null): Planned {
  return { ok: false, reason, detail, payment }
}

/** Satoshi as people read them. */
export function inBtc(amount: bigint): string {
  return `${formatDecimal(amount, 8)} BTC`
}
