/** Whether two strings of bytes are the same. Nothing secret is compared. */
export function bytesEqual(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0
}

/** Lower-case hex, as nodes write bytes. */
export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

/** For sorting, the smaller amount first. */
export function compareAmounts(one: bigint, other: bigint): -1 | 0 | 1 {
  if (one === other) return 0
  return one < other ? -1 : 1
}
