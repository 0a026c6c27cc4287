import { z } from 'zod'
import { EVENT_TYPES } from './event.ts'

/** The event object, for the OpenAPI document. The same is posted to webhooks. */
export const eventSchema = z
  .object({
    id: z.string().meta({ example: 'evt_01jf2m8s5v0x3c9q6w4e7r1t2y' }),
    object: z.literal('event'),
    type: z.enum(EVENT_TYPES),
    created_at: z.string(),
    livemode: z.boolean(),
    sequence: z.number().describe('Counts up by one per merchant and mode, without gaps.'),
    data: z.record(z.string(), z.unknown()).describe('The object that the event is about, as it was then.'),
  })
  .meta({ id: 'event' })

/** The event_resend object, for the OpenAPI document. */
export const eventResendSchema = z
  .object({
    object: z.literal('event_resend'),
    sequence: z.number().describe('Counts resends, up by one per merchant and mode, without gaps.'),
    event_id: z.string().meta({ example: 'evt_01jf2m8s5v0x3c9q6w4e7r1t2y' }).describe('The event.'),
    webhook_id: z
      .string()
      .nullable()
      .describe('The only endpoint that it was sent to again; null: to all that listen.'),
    event: eventSchema,
    created_at: z.string(),
  })
  .meta({ id: 'event_resend' })
