import { z } from 'zod'
import { pagingQuery } from '../http/paging.ts'
import { isId } from '../lib/ids.ts'

const { limit, starting_after } = pagingQuery

const sequence = z
  .int('must be a whole number')
  .min(0, 'must not be negative')
  .max(999_999_999_999_999, 'must be at most 999999999999999')

/** Query of GET /v1/events/{id}/deliveries. */
export const listEventTriesQuery = z.strictObject({ limit, starting_after })

/** Query of GET /v1/webhooks/{id}/deliveries. */
export const listTriesQuery = z.strictObject({
  limit,
  starting_after,
  status: z.enum(['succeeded', 'failed']).optional().describe('Only tries that ended so.'),
  event_id: z
    .string('must be given once')
    .refine((id) => isId('event', id), 'must be the id of an event, evt_…')
    .optional()
    .describe('Only tries of this event, evt_….'),
})

const HEADERS = {
  'content-type': 'application/json; charset=utf-8',
  'user-agent': 'Skiro-Webhooks/1',
  'x-skiro-signature': 't=1795391490,v1=5f2d1c0e7a9b84d36c1f0e5a7b9d2c4e6f8a0b1c3d5e7f9012a4b6c8d0e2f4a6',
}

/** Body of POST /v1/webhooks/{id}/resend. */
export const resendRangeBody = z
  .strictObject({
    after_sequence: sequence.default(0).describe('Only events with a higher sequence. Default 0: all.'),
    to_sequence: sequence.optional().describe('Only events up to this sequence. Default: all.'),
    only: z
      .enum(['unacknowledged', 'all'], 'must be unacknowledged or all')
      .default('unacknowledged')
      .describe(
        '`unacknowledged`: what this endpoint has not accepted and, if it was given up, was given up in the last 30 days. `all`: every event that it listens to now, also those it has accepted.',
      ),
  })
  .nullish()
  .transform((body) => body ?? { after_sequence: 0, only: 'unacknowledged' as const, to_sequence: undefined })

/** The webhook_resend object, for the OpenAPI document. */
export const resendRangeSchema = z
  .object({
    object: z.literal('webhook_resend'),
    webhook_id: z.string().meta({ example: 'we_01jf2m8s5v0x3c9q6w4e7r1t2y' }),
    resent: z.number().describe('How many events are on their way again.'),
    last_sequence: z
      .number()
      .describe('The last event that was looked at: go on with it as `after_sequence` while `has_more`.'),
    has_more: z.boolean().describe('Whether events of the range are left.'),
  })
  .meta({ id: 'webhook_resend' })

/** The webhook_delivery object, for the OpenAPI document. */
export const trySchema = z
  .object({
    id: z.string().meta({ example: 'wha_01jf2m8s5v0x3c9q6w4e7r1t2y' }),
    object: z.literal('webhook_delivery'),
    livemode: z.boolean(),
    event_id: z.string().meta({ example: 'evt_01jf2m8s5v0x3c9q6w4e7r1t2y' }),
    webhook_id: z.string().meta({ example: 'we_01jf2m8s5v0x3c9q6w4e7r1t2y' }),
    url: z.string().describe('Where it was posted to.'),
    attempt: z.number().describe('The how-manieth try, counted anew from each resend.'),
    status: z.enum(['succeeded', 'failed']).describe('`succeeded`: the answer was a 2xx in time.'),
    diagnosis: z
      .string()
      .describe('What happened in plain words, and what to change on your server.')
      .meta({ example: '200: accepted' }),
    request: z
      .object({
        method: z.literal('POST'),
        headers: z
          .record(z.string(), z.string())
          .describe('As they were sent, the signature of this try included.')
          .meta({ example: HEADERS }),
        body: z
          .string()
          .optional()
          .describe(
            'What was posted, byte for byte: only in `GET /v1/events/{id}/deliveries`. It is the same on every try.',
          ),
      })
      .describe('What we sent.'),
    response: z
      .object({
        status: z.number().describe('The HTTP status.').meta({ example: 200 }),
        head: z
          .string()
          .describe('Status line, headers and the beginning of the body, at most 4 KB.')
          .meta({ example: 'HTTP/1.1 200 OK\ncontent-length: 0' }),
      })
      .nullable()
      .describe('What your server answered; null when no answer came.'),
    latency_ms: z.number().describe('Milliseconds from the start of the try to the end of the answer.'),
    next_attempt_at: z
      .string()
      .nullable()
      .describe('When it was to be tried again; null after a success and after the last try.'),
    created_at: z.string().describe('When it was sent.'),
  })
  .meta({ id: 'webhook_delivery' })
