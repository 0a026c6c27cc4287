import type { MailContent, MailRow } from './mail.ts'

/** What a mail needs from other domains; `wiring.ts` fills it in. */
export type MailPorts = {
  /** What the mail says. Null: what it is about is gone. */
  compose(mail: MailRow): Promise<MailContent | null>
}
