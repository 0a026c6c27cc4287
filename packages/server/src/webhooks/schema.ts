import { z } from 'zod'

/** Input of `skiro-server set-webhook`. */
export const setWebhookInput = z.strictObject({
  merchant_id: z.string(),
  mode: z.enum(['test', 'live']),
  webhook_url: z.url({ protocol: /^https?$/ }).nullable(),
})
