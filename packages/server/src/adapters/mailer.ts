/** One mail to one address. `message_id` without angle brackets; it is the same in every try. */
export type Mail = {
  readonly message_id: string
  readonly date: Date
  readonly from_name: string
  readonly to: string
  readonly reply_to: string | null
  readonly subject: string
  readonly text: string
  readonly html: string
  /** BCP 47. */
  readonly language: string
}

/** What carries mails out. */
export type Mailer = {
  /**
   * Hands over one mail. When it resolves the server has taken it; whether it arrives nobody can say.
   * @throws ProviderError `refused`: it will never be taken. `unavailable`: it was not taken. `unknown`: it may have been
   */
  send(mail: Mail, signal: AbortSignal): Promise<void>
  /** Whether the server would take mails from us. @throws ProviderError */
  check(signal: AbortSignal): Promise<void>
}
