/** `4999` → `49.99`: digits are moved, nothing is computed. All currencies here have two decimals. */
export function majorUnits(minor: number): string {
  const digits = String(minor).padStart(3, '0')
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`
}
