import { z } from 'zod'
import { webUrl } from '../http/webUrl.ts'
import { hasInvisible } from '../lib/visibleText.ts'

/** Text that customers read as a name: one line, nothing invisible, nothing that turns the direction of text around. */
export const displayText = (max: number) =>
  z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(max, `must be at most ${max} characters`)
    .refine((text) => !hasInvisible(text), 'must not contain control, direction or invisible characters')

// Stored as a browser would read it: ASCII, host names in Punycode, so that no letter stands for another.
const link = (livemode: boolean) =>
  webUrl
    .refine((text) => !livemode || /^https:/i.test(text), 'must be https in live mode')
    .transform((text) => new URL(text).href)
    .refine((text) => text.length <= 2048, 'is too long')

// Without the # too: shells take it for a comment.
const color = z
  .string()
  .regex(/^#?[0-9a-f]{6}$/i, 'must be a colour such as #1f6b4f')
  .transform((text) => `#${text.replace('#', '').toLowerCase()}`)

const phone = z
  .string()
  .trim()
  .regex(/^\+[0-9][0-9 ()-]{5,24}$/, 'must be an international number such as +49 30 1234567')
  .refine((text) => /^\d{7,15}$/.test(text.replace(/\D/g, '')), 'must have 7 to 15 digits')

/**
 * What Visa, Mastercard and the strictest acquirer take: 5 to 22 Latin letters, digits and `. , & / -`, a letter among
 * them. Quotes, `<`, `>`, `\` and `*` are refused by acquirers; longer ones are cut by banks.
 */
const descriptor = z
  .string()
  .trim()
  .min(5, 'must be at least 5 characters')
  .max(22, 'must be at most 22 characters')
  .regex(
    /^[A-Z0-9][A-Z0-9 .,&/-]*[A-Z0-9.]$/i,
    'may have Latin letters, digits, spaces and . , & / - and must begin with a letter or a digit',
  )
  .refine((text) => /[a-z]/i.test(text), 'must have a letter')
  .refine((text) => !text.includes('  '), 'must not have two spaces in a row')

/**
 * What customers of a merchant see in one mode. What is left out stays as it is; null takes it away. `logo`: a picture
 * as it came from a file.
 */
export const brandingBody = (livemode: boolean) =>
  z.strictObject({
    display_name: displayText(100).nullable().optional(),
    support_email: z.email('must be an e-mail address').max(254).nullable().optional(),
    support_url: link(livemode).nullable().optional(),
    support_phone: phone.nullable().optional(),
    terms_url: link(livemode).nullable().optional(),
    privacy_url: link(livemode).nullable().optional(),
    statement_descriptor: descriptor.nullable().optional(),
    brand_color: color.nullable().optional(),
    button_color: color.nullable().optional(),
    logo: z.instanceof(Uint8Array).nullable().optional(),
  })

export type BrandingBody = z.output<ReturnType<typeof brandingBody>>
