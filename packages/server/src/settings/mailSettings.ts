import { z } from 'zod'
import { isMailAddress } from '../lib/mailAddress.ts'
import { Secret } from '../lib/secrets.ts'

const PORTS = { 'smtp:': 25, 'smtps:': 465 } as const
const isProtocol = (protocol: string): protocol is keyof typeof PORTS => Object.hasOwn(PORTS, protocol)

/** `smtp://user:password@host:587` as its parts. No message quotes it: it holds a password. */
const smtpUrl = z.string().transform((text, context) => {
  const complain = (message: string) => {
    context.addIssue({ code: 'custom', message })
    return z.NEVER
  }
  const url = URL.parse(text)
  if (!url || !isProtocol(url.protocol) || url.hostname === '')
    return complain('must be a URL such as smtp://user:password@mail.example:587, or with smtps://')
  if (!['', '/'].includes(url.pathname) || url.search !== '' || url.hash !== '')
    return complain('must end after the port: options in it are not read')
  if ((url.username === '') !== (url.password === ''))
    return complain('has a user without a password, or a password without a user')
  const decode = (part: string) => {
    try {
      return decodeURIComponent(part)
    } catch {
      return null
    }
  }
  const [user, password] = [decode(url.username), decode(url.password)]
  if (user === null || password === null)
    return complain('has a % in user or password that is not written as %25')
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? PORTS[url.protocol] : Number(url.port),
    tls: url.protocol === 'smtps:',
    auth: user === '' ? null : { user, password: new Secret(password) },
  }
})

/** How mails leave, and which do. */
export const mailSettings = {
  SKIRO_SMTP_URL: smtpUrl
    .optional()
    .describe(
      'mail server, `smtp://user:password@host:587` or `smtps://…`; STARTTLS where the server has it, and always before a password. Without it no mail is sent. Set it for `serve` and `work`',
    ),
  SKIRO_MAIL_FROM: z
    .string()
    .refine(isMailAddress, { message: 'must be a plain address such as receipts@pay.example.com' })
    .optional()
    .describe('sender of every mail; the name beside it is the merchant’s. Needed with `SKIRO_SMTP_URL`'),
  SKIRO_RECEIPT_MAILS: z
    .enum(['on', 'off'])
    .default('on')
    .describe('whether a receipt is mailed after each payment; `off`: only when the customer asks for it'),
}
