import { randomBytes } from 'node:crypto'
import { type Check, mustRefuse } from './check.ts'

const VERIFY =
  'Verify X-Skiro-Signature over the raw body before you do anything: skiro.webhooks.constructEvent(rawBody, header, secret) throws when it does not fit; answer 400 then.'
const AN_HOUR_S = 3600

const forged = (name: string, title: string, examine: Check['examine']): Check => ({
  name,
  title,
  about: 'trust',
  examine,
})

/** What a stranger could send. */
export const TRUST_CHECKS: readonly Check[] = [
  forged('unsigned', 'without a signature', async ({ send, sample }) => {
    const headers = ({ 'content-type': type = '' }: Record<string, string>) => ({ 'content-type': type })
    return mustRefuse(await send(sample(), { headers }), `It takes what anybody sends. ${VERIFY}`)
  }),
  forged('wrong_secret', 'signed with another secret', async ({ send, sample }) => {
    const secret = `whsec_${randomBytes(32).toString('base64')}`
    return mustRefuse(await send(sample(), { secret }), `It does not compare the signature. ${VERIFY}`)
  }),
  forged('tampered_body', 'changed after it was signed', async ({ send, sample }) => {
    const body = (text: string) => text.replace(/"object":"event"/, '"object":"event","tampered":true')
    const advice = `What it verifies is not the body that it got. ${VERIFY} Frameworks parse first: see docs/webhooks.md for the raw body.`
    return mustRefuse(await send(sample(), { body }), advice)
  }),
  forged('stale', 'signed an hour ago', async ({ send, sample }) => {
    const advice =
      'A delivery that somebody recorded can be played again. Refuse a signed time that is more than five minutes off; constructEvent does, unless toleranceSeconds was raised.'
    return mustRefuse(await send(sample(), { shift_s: -AN_HOUR_S }), advice)
  }),
]
