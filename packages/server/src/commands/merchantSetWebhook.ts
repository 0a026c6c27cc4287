import { z } from 'zod'
import { parse } from '../http/parse.ts'
import { refusePlainHttp, webUrl } from '../http/webUrl.ts'
import { setDefaultWebhook } from '../webhooks/setDefaultWebhook.ts'
import { webhookPorts } from '../wiring.ts'
import { defineCommand, UsageError } from './command.ts'
import { facts } from './table.ts'
import { found, TENANT, tenantOf } from './tenantOptions.ts'

const NAME = 'merchant set-webhook'

export const merchantSetWebhook = defineCommand({
  name: NAME,
  summary: "set the URL that hears of a merchant's events",
  details: [
    'This is the default endpoint of that mode; the merchant adds more with the API. Its signing secret stays.',
    'Deliveries that are on their way keep the old URL. The secret is printed only when the endpoint is new.',
  ].join('\n'),
  example: `${NAME} --merchant mer_01jf2m8s5v0x3c9q6w4e7r1t2y --url https://shop.example/webhooks/skiro`,
  options: {
    ...TENANT,
    url: { type: 'string', value: '<url>', help: 'where events are posted; https in live mode' },
    none: { type: 'boolean', help: 'take the URL away: no default deliveries' },
  },
  async run({ url, none, ...values }, { context }) {
    if ((url === undefined) !== none) throw new UsageError('Give either --url or --none.', NAME)
    const tenant = tenantOf(values)
    if (url !== undefined) parse(z.strictObject({ url: webUrl }), { url })
    refusePlainHttp(tenant, 'url', url)
    const ctx = await context()
    const set = await found(
      setDefaultWebhook(ctx, webhookPorts(ctx), tenant, url ?? null),
      `There is no merchant ${values.merchant}.`,
    )
    const secret =
      set.secret === null
        ? ''
        : `\n${facts([['webhook secret', set.secret]])}\nThe secret is shown this once. Keep it now.\n`
    return {
      json: {
        object: 'merchant',
        id: tenant.merchant_id,
        livemode: tenant.livemode,
        default_webhook_url: set.url,
        ...(set.secret !== null && { webhook_secret: set.secret }),
      },
      text:
        (set.url === null
          ? `No default deliveries in ${values.mode} mode any more.\n`
          : `Events of ${values.mode} mode go to ${set.url}\n`) + secret,
    }
  },
})
