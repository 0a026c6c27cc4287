/** `4999` → `49.99`: digits are moved, nothing is computed. All currencies here have two decimals. */
export function majorUnits(minor: number): `${number}` {
  const digits = String(minor).padStart(3, '0')
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- digits around a point
  return `${digits.slice(0, -2)}.${digits.slice(-2)}` as `${number}`
}
