import type { Transporter } from 'nodemailer'
import { ProviderError } from '../../../lib/errors.ts'
import { plainLine } from '../../../lib/plainLine.ts'
import type { Secret } from '../../../lib/secrets.ts'
import type { Mail, Mailer } from '../../mailer.ts'
import { toProviderError } from './toProviderError.ts'

export type SmtpOptions = {
  readonly host: string
  readonly port: number
  /** TLS from the first byte (smtps). Else STARTTLS, where the server has it. */
  readonly tls: boolean
  readonly auth: { readonly user: string; readonly password: Secret } | null
  /** The sender's address. */
  readonly from: string
}

const SILENCE_MS = 10_000

/**
 * Mails by SMTP, each over a connection of its own. A password is never sent in the clear, but to this machine itself.
 * Nothing is read from files or URLs, whatever a mail holds.
 */
export function createSmtpMailer({ host, port, tls, auth, from }: SmtpOptions): Mailer {
  const options = {
    host,
    port,
    secure: tls,
    requireTLS: !tls && auth !== null && !isLoopback(host),
    connectionTimeout: SILENCE_MS,
    greetingTimeout: SILENCE_MS,
    socketTimeout: SILENCE_MS,
    dnsTimeout: SILENCE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(auth && { auth: { user: auth.user, pass: auth.password.reveal() } }),
  }
  let opened: Promise<Transporter> | undefined
  // Loaded with the first mail: each process of a gateway would load it at its start, and most never send one.
  const open = () => (opened ??= import('nodemailer').then(({ createTransport }) => createTransport(options)))
  return {
    async send(mail, signal) {
      try {
        const transport = await open()
        await transport.sendMail({ ...toMessage(mail, from), signal })
      } catch (error) {
        throw toProviderError(error)
      }
    },
    async check(signal) {
      const { promise, reject } = Promise.withResolvers<never>()
      const late = () => reject(new ProviderError('smtp', 'unavailable', 'no answer in time'))
      signal.addEventListener('abort', late, { once: true })
      try {
        const transport = await open()
        await Promise.race([transport.verify(), promise])
      } catch (error) {
        throw toProviderError(error)
      } finally {
        signal.removeEventListener('abort', late)
      }
    },
  }
}

function toMessage(mail: Mail, from: string) {
  return {
    messageId: `<${mail.message_id}>`,
    date: mail.date,
    // Names and addresses apart: the library quotes the one, and would split a text that holds both at a comma.
    from: { name: plainLine(mail.from_name, 80), address: from },
    to: { name: '', address: mail.to },
    ...(mail.reply_to !== null && { replyTo: { name: '', address: mail.reply_to } }),
    subject: plainLine(mail.subject),
    text: mail.text,
    html: mail.html,
    headers: {
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      'Content-Language': mail.language,
    },
    // The same bytes in every try.
    baseBoundary: mail.message_id.replace(/[^\w]/g, ''),
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || host === '::1' || /^127(?:\.\d+){3}$/.test(host)
}
