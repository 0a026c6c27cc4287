/** Amounts and prices of the simulated accounts are integers scaled by 10¹⁰, finer than anything that is shown. */
export const SCALE_DECIMALS = 10
export const SCALE = 10n ** BigInt(SCALE_DECIMALS)

const PLAIN = /^(0|[1-9][0-9]{0,20})(?:\.([0-9]{1,10}))?$/

/** Null: not a plain decimal with at most ten decimals. */
export function parseAmount(text: string | undefined): bigint | null {
  const match = PLAIN.exec(text ?? '')
  if (!match) return null
  return BigInt((match[1] ?? '') + (match[2] ?? '').padEnd(SCALE_DECIMALS, '0'))
}

export function showAmount(amount: bigint): string {
  const digits = amount.toString().padStart(SCALE_DECIMALS + 1, '0')
  return `${digits.slice(0, -SCALE_DECIMALS)}.${digits.slice(-SCALE_DECIMALS)}`
}
