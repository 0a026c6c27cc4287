import type { AddressVerdict } from '../../chain.ts'
import { refuse } from './verdict.ts'

type Refusal = AddressVerdict & { ok: false }
const KEY = 'This may be a private key. Never paste a private key anywhere.'
const PLAIN = 'Use a plain address, such as one that begins with bc1.'

// Enough to name the mistake, not to validate: these are refused either way. No hint repeats what was given.
const KINDS: readonly (readonly [shape: RegExp, code: Refusal['code'], hint: string])[] = [
  [
    /^0x[0-9a-f]{40}$/i,
    'wrong_chain',
    'This looks like an Ethereum address. Payments are made in BTC on Bitcoin.',
  ],
  [
    /^T[1-9A-HJ-NP-Za-km-z]{33}$/,
    'wrong_chain',
    'This looks like a Tron address. Payments are made in BTC on Bitcoin.',
  ],
  [
    /^ltc1[02-9ac-hj-np-z]+$/i,
    'wrong_chain',
    'This looks like a Litecoin address. Payments are made in BTC on Bitcoin.',
  ],
  [
    /^[1-9A-HJ-NP-Za-km-z]{43,44}$/,
    'wrong_chain',
    'This looks like a Solana address. Payments are made in BTC on Bitcoin.',
  ],
  [/^ln(?:bc|tb)[0-9a-z]+$/i, 'unsupported_type', `This is a Lightning invoice. ${PLAIN}`],
  [/^(?:lnurl1|lno1)/i, 'unsupported_type', `This is a Lightning address. ${PLAIN}`],
  [/^sp1q[02-9ac-hj-np-z]+$/i, 'unsupported_type', `This is a silent payment address. ${PLAIN}`],
  [
    /^[xyzYZtuvUV]pub[1-9A-HJ-NP-Za-km-z]+$/,
    'unsupported_type',
    `This is the public key of a whole wallet. ${PLAIN}`,
  ],
  [
    /^(?:0[23][0-9a-f]{64}|04[0-9a-f]{128})$/i,
    'unsupported_type',
    `This is a public key, not an address. ${PLAIN}`,
  ],
  [/^(?:0x)?[0-9a-f]{64}$/i, 'malformed', KEY],
  [/^[xyzYZtuvUV]prv/, 'malformed', KEY],
  [/^[5KL9c][1-9A-HJ-NP-Za-km-z]{50,51}$/, 'malformed', KEY],
  [/^bitcoin:/i, 'malformed', 'Leave out "bitcoin:" and all that follows the address.'],
]

/** Names what is no address of Bitcoin at all; null when it may be one. */
export function otherKind(text: string): Refusal | null {
  const kind = KINDS.find(([shape]) => shape.test(text))
  return kind ? refuse(kind[1], kind[2]) : null
}
