import { createMailer } from '../../adapters/registry.ts'
import { ProviderError } from '../../lib/errors.ts'
import type { Check } from './check.ts'
import { ok, warn } from './finding.ts'

const SMTP_MS = 5_000

/** Whether the mail server takes us in. No mail is sent. Nothing to look at where no mails are. */
export const mail: Check = {
  name: 'mail',
  lines: ({ ctx }) => (ctx.config.mail ? ['mail'] : []),
  async run({ ctx: { config } }) {
    if (!config.mail) return []
    const where = `${config.mail.host}:${config.mail.port}`
    try {
      await createMailer(config.mail).check(AbortSignal.timeout(SMTP_MS))
      return [ok('mail', `${where} answers and takes our name.`)]
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error
      const fix =
        'Look at SKIRO_SMTP_URL and at the way out of this network; receipts wait for a day. See Mails in docs/operations.md.'
      return [warn('mail', `${where} takes no mails from us: ${error.message}.`, fix)]
    }
  },
}
