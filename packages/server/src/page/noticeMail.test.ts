import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { gatewayContext, newMerchant } from '../../../../test/support/gatewayContext.ts'
import type { MailRow } from '../mails/mail.ts'
import { disableEndpoint } from '../webhooks/disableEndpoint.ts'
import { mailPorts, webhookPorts } from '../wiring.ts'
import { noticeMail } from './noticeMail.ts'

const { ctx, close } = await gatewayContext({
  SKIRO_SMTP_URL: 'smtp://127.0.0.1:9',
  SKIRO_MAIL_FROM: 'skiro@pay.example',
})
after(close)

const ENDPOINT = { id: 'we_01jf2m8s5v0x3c9q6w4e7r1t2y', livemode: false, disabled_reason: 'failing' } as const

test('the merchant reads which endpoint, why, and what to do; no URL can write into the mail', () => {
  const url = 'https://shop.example/hooks?a=<b>&c="'
  const { subject, text, html, from_name } = noticeMail(
    ENDPOINT,
    url,
    'o@shop.example',
    'https://pay.example',
  )
  assert.equal(subject, 'Webhooks to shop.example have stopped')
  assert.equal(from_name, 'pay.example')
  for (const part of [
    url,
    'every try of 72 hours failed',
    `PATCH https://pay.example/v1/webhooks/${ENDPOINT.id}`,
  ])
    assert.ok(text.includes(part), part)
  assert.doesNotMatch(html, /<b>/)
  assert.match(
    noticeMail({ ...ENDPOINT, disabled_reason: 'gone' }, url, '', 'https://x.y').text,
    /answered 410/,
  )
})

test('it is owed with the disabling, once, and not sent when the endpoint is enabled again by then', async () => {
  const { merchant_id } = await newMerchant(ctx, { webhook_url: 'https://shop.example/hooks' })
  const { rows } = await ctx.db.query<{ id: string }>(
    'select id from webhook_endpoint where merchant_id = $1',
    [merchant_id],
  )
  const ref = { merchant_id, livemode: false, id: String(rows[0]?.id) }
  for (let times = 0; times < 2; times++) await disableEndpoint(ctx, webhookPorts(ctx), ref, 'gone')
  const mails = await ctx.db.query<MailRow>('select * from mail where merchant_id = $1', [merchant_id])
  assert.equal(mails.rows.length, 1)
  const [mail] = mails.rows
  assert.ok(mail)
  assert.match((await mailPorts(ctx).compose(mail))?.text ?? '', /https:\/\/shop\.example\/hooks/)
  await ctx.db.query(
    `update webhook_endpoint set status = 'enabled', disabled_reason = null where merchant_id = $1`,
    [merchant_id],
  )
  assert.equal(await mailPorts(ctx).compose(mail), null)
})
