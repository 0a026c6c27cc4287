import type { Mailer } from '../adapters/mailer.ts'
import type { Context } from '../context.ts'
import { ProviderError } from '../lib/errors.ts'
import { failpoint } from '../lib/failpoint.ts'
import { type MailRow, mailPauseMs } from './mail.ts'
import type { MailPorts } from './ports.ts'
import { endMail, releaseMail } from './store.ts'

/**
 * Sends a mail that was claimed and writes down what became of it. A try whose outcome is not known is followed by
 * another one under the same Message-ID: at worst somebody has the same receipt twice, and their mail program can tell.
 * The time for a try is less than the lease, so two workers never send the same row at once.
 */
export async function sendMail(
  ctx: Pick<Context, 'config' | 'db' | 'log'>,
  ports: MailPorts,
  mailer: Mailer,
  row: MailRow,
): Promise<void> {
  const deadline = AbortSignal.timeout(Math.round(ctx.config.lease_seconds * 750))
  const told = { mail_id: row.id, tries: row.tries }
  const content = await ports.compose(row)
  if (!content) {
    await endMail(ctx.db, row, 'failed', 'what it was about is gone')
    return
  }
  try {
    const { from_name, reply_to, subject, text, html, language } = content
    await mailer.send(
      {
        message_id: `${row.id}@${new URL(ctx.config.public_url).hostname}`,
        date: row.created_at,
        to: row.address,
        ...{ from_name, reply_to, subject, text, html, language },
      },
      deadline,
    )
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    const { kind, message, cause } = error
    const reason = cause instanceof Error && cause.message !== '' ? `${message}: ${cause.message}` : message
    ctx.log.warn({ ...told, kind, reason: message }, 'mail was not sent')
    if (kind === 'refused') await endMail(ctx.db, row, 'failed', reason)
    else await releaseMail(ctx.db, row, mailPauseMs(row.tries), reason)
    return
  }
  failpoint('mail.sent')
  await endMail(ctx.db, row, 'sent', null)
  ctx.log.info(told, 'mail sent')
}
