import { z } from 'zod'
import { CRYPTOS, FIATS } from '../lib/money.ts'

const METADATA_PAIRS_MAX = 50
const METADATA_KEY_MAX = 40
const METADATA_VALUE_MAX = 500
const URL_MAX = 2048
export const EXPIRES_IN_DEFAULT = 3600

// Control characters would forge log lines and headers further on.
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f]/

// PostgreSQL cannot read these back from json: NUL has no text form, half a surrogate pair is no character.
const storable = (text: string) => !text.includes('\u0000') && text.isWellFormed()
const STORABLE = 'must not contain NUL or broken Unicode'

/** An http(s) URL without credentials. The delivery itself checks where the host really points. */
const webUrl = z
  .string()
  .max(URL_MAX, `must be at most ${URL_MAX} characters`)
  .refine(
    (text) => !CONTROL.test(text) && text.isWellFormed() && /^https?:\/\//i.test(text) && URL.canParse(text),
    'must be an absolute http or https URL',
  )
  .refine((text) => {
    if (!URL.canParse(text)) return true
    const { username, password } = new URL(text)
    return username === '' && password === ''
  }, 'must not contain a user name or password')

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
    .max(254)
    .nullish()
    .describe('Pre-fills the e-mail field on the page.'),
  metadata: metadata.optional().describe('Up to 50 key/value pairs for your records, returned in webhooks.'),
  redirect_url: webUrl
    .nullish()
    .describe('Where the customer goes after paying. {CHECKOUT_SESSION_ID} is filled in.'),
  webhook_url: webUrl.nullish().describe('Replaces your default webhook URL for this session.'),
  expires_in: z
    .int('must be a whole number of seconds')
    .min(300, 'must be at least 300 seconds')
    .max(86_400, 'must be at most 86400 seconds')
    .optional()
    .describe('Seconds until the session expires, 300 to 86400. Default 3600.'),
})

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
    transaction_id: z
      .string()
      .nullable()
      .describe('The transaction that paid the session; null until it is paid.'),
    expires_at: z.string().describe('ISO 8601. After this the session cannot be paid.'),
    created_at: z.string(),
  })
  .meta({ id: 'checkout_session' })
