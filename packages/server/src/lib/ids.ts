import { randomFillSync } from 'node:crypto'
import { nowMs } from './clock.ts'

/** Every kind of object and the prefix that its ids carry. */
export const ID_PREFIXES = {
  merchant: 'mer_',
  checkout_session: 'cs_',
  transaction: 'txn_',
  conversion: 'conv_',
  quote: 'qt_',
  inventory_reservation: 'inv_',
  payout: 'po_',
  payout_batch: 'pb_',
  webhook_endpoint: 'we_',
  webhook_delivery: 'whd_',
  webhook_attempt: 'wha_',
  worker: 'wrk_',
  event: 'evt_',
  mail: 'mail_',
  treasury_order: 'to_',
  journal: 'jrn_',
  request: 'req_',
} as const

export type IdKind = keyof typeof ID_PREFIXES

// Crockford base 32, lower case: no i, l, o, u, so that an id read aloud or copied by hand survives.
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const TIME_CHARS = 10
const RANDOM_CHARS = 16
const BODY = new RegExp(`^[${ALPHABET}]{${TIME_CHARS + RANDOM_CHARS}}$`)

// Randomness is drawn in blocks: one system call for 256 ids instead of one each.
const pool = new Uint8Array(RANDOM_CHARS * 256)
let used = pool.length

const CODES = Uint8Array.from(ALPHABET, (character) => character.charCodeAt(0))
// Filled byte by byte and read once: a string that grows by one character at a time is a chain of 26 pieces, which
// whoever writes it to a socket has to put together.
const body = Buffer.alloc(TIME_CHARS + RANDOM_CHARS)

/**
 * A new id: prefix, 48 bits of millisecond time, 80 random bits (the ULID layout), 26 characters after the prefix.
 * Ids of one kind sort by creation time, which keeps index inserts on the last page.
 */
export function newId(kind: IdKind): string {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  let time = nowMs()
  for (let i = TIME_CHARS - 1; i >= 0; i--) {
    body[i] = CODES[time % 32] as number
    time = Math.floor(time / 32)
  }
  for (let i = TIME_CHARS; i < body.length; i++) body[i] = CODES[(pool[used++] as number) & 31] as number
  return ID_PREFIXES[kind] + body.toString('latin1')
}

/** Whether `value` has the shape of an id of that kind; says nothing about whether the object exists. */
export function isId(kind: IdKind, value: string): boolean {
  const prefix = ID_PREFIXES[kind]
  return value.startsWith(prefix) && BODY.test(value.slice(prefix.length))
}

/** No id of that kind that was made at `ms` or later sorts before this one. Milliseconds since the Unix epoch. */
export function lowestIdAt(kind: IdKind, ms: number): string {
  return ID_PREFIXES[kind] + timePart(Math.max(0, ms)) + '0'.repeat(RANDOM_CHARS)
}

function timePart(ms: number): string {
  let time = ms
  let text = ''
  for (let i = 0; i < TIME_CHARS; i++) {
    text = ALPHABET[time % 32] + text
    time = Math.floor(time / 32)
  }
  return text
}
