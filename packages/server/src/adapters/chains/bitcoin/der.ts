/** An ECDSA signature in DER, as Bitcoin wants it (BIP 66): `r` and `s` as 0x-hex of 32 bytes, `s` low. */
export function encodeDer(r: `0x${string}`, s: `0x${string}`): Uint8Array {
  const body = [...integer(r), ...integer(s)]
  return Uint8Array.from([0x30, body.length, ...body])
}

/** Without leading zeros, but for one where the number would otherwise look negative. */
function integer(number: `0x${string}`): number[] {
  const digits = BigInt(number).toString(16)
  const bytes = [...Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex')]
  const [first = 0] = bytes
  const written = first > 0x7f ? [0, ...bytes] : bytes
  return [0x02, written.length, ...written]
}
