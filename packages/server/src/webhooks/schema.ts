import { z } from 'zod'
import { EVENT_TYPES } from '../events/event.ts'
import { pagingQuery } from '../http/paging.ts'
import { STORABLE, storable } from '../http/storable.ts'
import { webUrl } from '../http/webUrl.ts'
import { DISABLED_REASONS } from './endpoint.ts'

const DESCRIPTION_MAX = 500
const ROTATION_MAX_SECONDS = 86_400
const EVENT_WORDS = [...EVENT_TYPES, '*'] as const
const WORDS = `must be "*" or one of ${EVENT_TYPES.join(', ')}`

const events = z
  .array(z.enum(EVENT_WORDS, WORDS), 'must be a list of event types, or ["*"]')
  .min(1, 'must not be empty; ["*"] stands for all events')
  .refine((words) => new Set(words).size === words.length, 'must not name an event type twice')
  .refine(
    (words) => !words.includes('*') || words.length === 1,
    '"*" stands for all events, so it stands alone',
  )
  .describe('Event types to deliver, or `["*"]` for all, also those that are added later.')

const description = z
  .string()
  .max(DESCRIPTION_MAX, `must be at most ${DESCRIPTION_MAX} characters`)
  .refine(storable, STORABLE)
  .nullable()
  .describe('For your own records.')

const url = webUrl.describe('Where events are posted. https only in live mode.')

/** Body of POST /v1/webhooks. */
export const createEndpointBody = z.strictObject({
  url,
  events: events.default(['*']),
  description: description.default(null),
})

/** Body of PATCH /v1/webhooks/{id}. What it does not name stays. */
export const updateEndpointBody = z.strictObject({
  url: url
    .nullable()
    .optional()
    .describe('For later events and resends. null only on the default endpoint: it then receives nothing.'),
  events: events.optional(),
  description: description.optional(),
  status: z
    .enum(['enabled', 'disabled'], 'must be enabled or disabled')
    .optional()
    .describe(
      'Disabling ends deliveries that are under way; enabling does not bring them back, `POST /v1/webhooks/{id}/resend` does.',
    ),
})

/** Body of POST /v1/webhooks/{id}/rotate. */
export const rotateSecretBody = z
  .strictObject({
    expires_in: z
      .int('must be a whole number of seconds')
      .min(0, 'must not be negative')
      .max(ROTATION_MAX_SECONDS, `must be at most ${ROTATION_MAX_SECONDS} seconds`)
      .default(ROTATION_MAX_SECONDS)
      .describe('Seconds for which the old secret signs as well, 0 to 86400. Default 86400.'),
  })
  .nullish()
  .transform((body) => body ?? { expires_in: ROTATION_MAX_SECONDS })

/** Body of POST /v1/events/{id}/resend. */
export const resendEventBody = z
  .strictObject({
    webhook_id: z
      .string()
      .optional()
      .describe(
        'Only this endpoint, also if it does not listen to the event’s type. Default: all that listen.',
      ),
  })
  .nullish()
  .transform((body) => body?.webhook_id ?? null)

/** Query of GET /v1/webhooks. */
export const listEndpointsQuery = z.strictObject(pagingQuery)

/** The webhook_endpoint object, for the OpenAPI document. */
export const endpointSchema = z
  .object({
    id: z.string().meta({ example: 'we_01jf2m8s5v0x3c9q6w4e7r1t2y' }),
    object: z.literal('webhook_endpoint'),
    livemode: z.boolean(),
    url: z.string().nullable().describe('null only on a default endpoint that receives nothing.'),
    events: z.array(z.enum(EVENT_WORDS)),
    status: z.enum(['enabled', 'disabled']),
    disabled_reason: z
      .enum(DISABLED_REASONS)
      .nullable()
      .describe('`by_merchant`: you did. `failing`: every try of 72 hours failed. `gone`: it answered 410.'),
    failing_since: z
      .string()
      .nullable()
      .describe('Since when every try at its URL has failed; null when the last one was accepted.'),
    description: z.string().nullable(),
    is_default: z
      .boolean()
      .describe('The default endpoint’s secret also signs what goes to a session’s own `webhook_url`.'),
    secret: z
      .string()
      .optional()
      .describe('Signing secret, whsec_…. Only in the answers that create or rotate it: store it then.'),
    created_at: z.string(),
  })
  .meta({ id: 'webhook_endpoint' })

export const deletedEndpointSchema = z.object({
  id: z.string().meta({ example: 'we_01jf2m8s5v0x3c9q6w4e7r1t2y' }),
  object: z.literal('webhook_endpoint'),
  deleted: z.literal(true),
})
