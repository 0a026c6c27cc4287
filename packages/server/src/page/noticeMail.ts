import type { Context } from '../context.ts'
import { plainLine } from '../lib/plainLine.ts'
import type { MailContent, MailRow } from '../mails/mail.ts'
import type { EndpointRow } from '../webhooks/endpoint.ts'
import { findEndpoint } from '../webhooks/store.ts'
import { html, toText } from './html.ts'

/** What the merchant reads when one of its webhook endpoints was disabled. Null: it is gone, or enabled again. */
export async function composeNotice(
  ctx: Pick<Context, 'config' | 'db'>,
  { merchant_id, livemode, webhook_endpoint_id: id, address }: MailRow,
): Promise<MailContent | null> {
  const endpoint = id === null ? null : await findEndpoint(ctx.db, { merchant_id, livemode, id })
  if (endpoint?.status !== 'disabled' || endpoint.url === null) return null
  return noticeMail(endpoint, endpoint.url, address, ctx.config.public_url)
}

/** English, as everything that developers read. */
export function noticeMail(
  { id, livemode, disabled_reason }: Pick<EndpointRow, 'id' | 'livemode' | 'disabled_reason'>,
  url: string,
  address: string,
  public_url: string,
): MailContent {
  const host = plainLine(new URL(url).host, 100)
  const gateway = new URL(public_url).host
  const paragraphs = [
    `${gateway} sends no more webhooks to ${plainLine(url, 500)}, because ${
      disabled_reason === 'gone' ? 'it answered 410.' : 'every try of 72 hours failed.'
    }`,
    'Nothing is lost: what it misses is noted. Mend your server, set the endpoint to enabled, and have sent again what it missed:',
    [
      `PATCH ${public_url}/v1/webhooks/${id} {"status":"enabled"}`,
      `POST ${public_url}/v1/webhooks/${id}/resend`,
    ],
    `GET ${public_url}/v1/webhooks/${id}/deliveries shows each try with what went wrong.`,
    `Endpoint ${id}, ${livemode ? 'live' : 'test'} mode. You get this message because ${address} is the address of the merchant.`,
  ]
  const body = paragraphs.map((part) =>
    typeof part === 'string'
      ? html`<p>${part}</p>\n`
      : html`<pre style="white-space:pre-wrap">${part.join('\n')}</pre>\n`,
  )
  return {
    subject: `Webhooks to ${host} have stopped`,
    text: `${paragraphs.map((part) => (typeof part === 'string' ? part : part.join('\n'))).join('\n\n')}\n`,
    html: toText(html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Webhooks to ${host} have stopped</title></head><body style="overflow-wrap:anywhere;word-break:break-word">
${body}</body></html>
`),
    from_name: gateway,
    reply_to: null,
    language: 'en',
  }
}
