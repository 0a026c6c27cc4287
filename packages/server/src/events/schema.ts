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
