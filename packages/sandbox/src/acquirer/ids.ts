import { randomBytes } from 'node:crypto'

const LETTERS = 'abcdefghjkmnpqrs'

/** A new random id: 96 bits as letters, so that no id can ever look like a card number to a scanner. */
export function newId(prefix: 'pay_' | 'ref_' | 'evt_' | 'simtok_' | 'act_'): string {
  const hex = randomBytes(12).toString('hex')
  return prefix + hex.replace(/./g, (digit) => LETTERS.charAt(Number.parseInt(digit, 16)))
}
