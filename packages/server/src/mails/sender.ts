import type { Mailer } from '../adapters/mailer.ts'
import type { Context } from '../context.ts'
import { createTurns } from '../jobs/turns.ts'
import { sleep } from '../lib/clock.ts'
import { GIVE_UP_SECONDS } from './mail.ts'
import type { MailPorts } from './ports.ts'
import { sendMail } from './sendMail.ts'
import { claimMails, giveUpMails } from './store.ts'

const AT_ONCE = 8
const GIVE_UP_AT_ONCE = 500

/**
 * Sends what is due, a few at a time. Not a job: a mail server that hangs must not take the places of payments. What
 * wakes it only makes it fast; it looks by itself every sweep.
 */
export function startSender(
  ctx: Pick<Context, 'config' | 'db' | 'log'>,
  ports: MailPorts,
  mailer: Mailer,
): { wake(): void; stop(): Promise<void> } {
  const stopping = new AbortController()
  const sending = new Set<Promise<void>>()
  const report = (err: unknown) => ctx.log.error({ where: 'sending mails', err }, 'background work failed')
  const turns = createTurns(turn, report)
  const ticking = tick()

  async function tick(): Promise<void> {
    while (!stopping.signal.aborted) {
      turns.ask()
      await sleep(ctx.config.sweep_ms, stopping.signal)
    }
  }

  async function turn(): Promise<void> {
    const free = AT_ONCE - sending.size
    if (free === 0 || stopping.signal.aborted) return
    for (const { id } of await giveUpMails(ctx.db, GIVE_UP_SECONDS, GIVE_UP_AT_ONCE))
      ctx.log.error({ mail_id: id }, 'mail given up')
    for (const row of await claimMails(ctx.db, free, ctx.config.lease_seconds)) {
      const work = sendMail(ctx, ports, mailer, row)
        .catch(report)
        .finally(() => {
          sending.delete(work)
          if (!stopping.signal.aborted) turns.ask()
        })
      sending.add(work)
    }
  }

  return {
    wake: () => turns.ask(),
    async stop() {
      stopping.abort()
      await Promise.all([ticking, turns.settled()])
      await Promise.all(sending)
    },
  }
}
