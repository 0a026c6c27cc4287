import { z } from 'zod'
import { ONE_LINE, oneLine } from '../http/oneLine.ts'
import { STORABLE, storable } from '../http/storable.ts'
import { webUrl } from '../http/webUrl.ts'
import { LOCALES } from '../lib/locales.ts'
import { CRYPTOS, FIATS } from '../lib/money.ts'

export const METADATA_PAIRS_MAX = 50
export const METADATA_KEY_MAX = 40
export const METADATA_VALUE_MAX = 500
export const EMAIL_MAX = 254
export const DESCRIPTION_MAX = 200
/** Seconds. */
export const EXPIRES_IN_DEFAULT = 3600
export const EXPIRES_IN_MIN = 300
export const EXPIRES_IN_MAX = 86_400

const metadataValue = z
  .union(
    [z.string(), z.number(), z.boolean()],
    'must be a string, number or boolean; nested values are not kept',
  )
  .transform(String)
  .pipe(
    z
      .string()
      .max(METADATA_VALUE_MAX, `must be at most ${METADATA_VALUE_MAX} characters`)
      .refine(storable, STORABLE),
  )

const metadata = z
  .record(
    z
      .string()
      .min(1, 'keys must not be empty')
      .max(METADATA_KEY_MAX, `keys must be at most ${METADATA_KEY_MAX} characters`)
      .refine(storable, STORABLE),
    metadataValue,
    'must be an object of key/value pairs',
  )
  .refine((pairs) => Object.keys(pairs).length <= METADATA_PAIRS_MAX, `at most ${METADATA_PAIRS_MAX} pairs`)

/** `auto`: the visitor's browser decides. */
export const LOCALE_WORDS = [...LOCALES, 'auto'] as const

/** Body of POST /v1/checkout. */
export const createSessionBody = z.strictObject({
  // Number or decimal string; the digits are judged by parseFiatAmount, never by a float.
  amount: z
    .union([z.number(), z.string()], 'must be a number or a decimal string in major units, such as 49.99')
    .transform(String)
    .describe(
      'Amount to charge, in major units with at most 2 decimals: 49.99. A JSON number or a decimal string.',
    ),
  currency: z.enum(FIATS).describe('ISO 4217 currency of the charge.'),
  payout_currency: z.enum(CRYPTOS).describe('The crypto you receive.'),
  customer_email: z
    .email('must be an e-mail address')
    .max(EMAIL_MAX)
    .nullish()
    .describe('Pre-fills the e-mail field on the page.'),
  metadata: metadata
    .optional()
    .describe(
      'Up to 50 key/value pairs for your records, returned in webhooks. Keys of 1 to 40 characters without quotes, backslashes or control characters; values up to 500 characters.',
    ),
  redirect_url: webUrl
    .nullish()
    .describe('Where the customer goes after paying. {CHECKOUT_SESSION_ID} is filled in.'),
  webhook_url: webUrl.nullish().describe('Replaces your default webhook URL for this session.'),
  expires_in: z
    .int('must be a whole number of seconds')
    .min(EXPIRES_IN_MIN, `must be at least ${EXPIRES_IN_MIN} seconds`)
    .max(EXPIRES_IN_MAX, `must be at most ${EXPIRES_IN_MAX} seconds`)
    .optional()
    .describe('Seconds until the session expires, 300 to 86400. Default 3600.'),
  locale: z
    .enum(LOCALE_WORDS)
    .nullish()
    .describe(
      'Language of the hosted page. `auto`, the default, leaves it to the browser. The customer can change it there.',
    ),
  description: z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(DESCRIPTION_MAX, `must be at most ${DESCRIPTION_MAX} characters`)
    .refine(oneLine, ONE_LINE)
    .nullish()
    .describe(
      'What the customer buys, shown on the page, the receipt and its mail: 1 to 200 characters on one line. Spaces around it are dropped.',
    ),
})

export type CreateSessionBody = z.output<typeof createSessionBody>

/** The checkout_session object, for the OpenAPI document. */
export const sessionSchema = z
  .object({
    id: z.string().meta({ example: 'cs_01jf2m8s5v0x3c9q6w4e7r1t2y' }),
    object: z.literal('checkout_session'),
    livemode: z.boolean(),
    url: z.string().describe('Hosted checkout page. Send the customer here.'),
    amount: z.number().meta({ example: 49.99 }),
    currency: z.enum(FIATS),
    payout_currency: z.enum(CRYPTOS),
    status: z.enum(['pending', 'completed', 'failed', 'expired']),
    customer_email: z.string().nullable(),
    metadata: z.record(z.string(), z.string()),
    redirect_url: z.string().nullable(),
    webhook_url: z.string().nullable(),
    locale: z.enum(LOCALES).nullable().describe('Language of the hosted page; null: the browser decides.'),
    description: z.string().nullable(),
    transaction_id: z
      .string()
      .nullable()
      .describe('The transaction that paid the session; null until it is paid.'),
    expires_at: z.string().describe('ISO 8601. After this the session cannot be paid.'),
    created_at: z.string(),
  })
  .meta({ id: 'checkout_session' })
