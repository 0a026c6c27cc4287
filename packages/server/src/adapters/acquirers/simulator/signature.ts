import { createHmac, timingSafeEqual } from 'node:crypto'
import { BadSignature } from '../../acquirer.ts'

/** Older or newer than this, in seconds, and a signed body may be a replay. */
const TOLERANCE_S = 300

const HEADER = /^t=([0-9]{1,12})((?:,v1=[0-9a-f]{64})+)$/

/**
 * Checks `t=<unix s>,v1=<hex hmac sha256 of "t.body">` over the body exactly as received. Several `v1` may stand
 * there while a secret is changed. `now` in seconds. @throws BadSignature
 */
export function verifySignature(secret: string, header: string | undefined, raw: string, now: number): void {
  const match = HEADER.exec(header ?? '')
  const [, sentAt = '', signatures = ''] = match ?? []
  if (!match) throw new BadSignature('the signature header is missing or malformed')
  const expected = createHmac('sha256', secret).update(`${sentAt}.${raw}`).digest()
  const given = signatures.split(',v1=').slice(1)
  // Every one is compared, so that the time taken tells nothing about which one was close.
  const matches = given.map((hex) => timingSafeEqual(Buffer.from(hex, 'hex'), expected))
  if (!matches.includes(true)) throw new BadSignature('the signature does not match')
  if (Math.abs(now - Number(sentAt)) > TOLERANCE_S) throw new BadSignature('the signature is too old')
}
