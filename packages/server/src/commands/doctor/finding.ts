/** How bad it is. `skip`: could not be asked, because what it needs is itself a failure of another line. */
export type Verdict = 'ok' | 'warn' | 'fail' | 'skip'

/** One line of the doctor's answer. */
export type Finding = {
  /** What was looked at, e.g. `test chain ethereum`. Does not change between versions: scripts may look for it. */
  readonly check: string
  readonly verdict: Verdict
  /** One sentence. */
  readonly message: string
  /** What to do, for `warn` and `fail`. */
  readonly fix?: string
}

export const ok = (check: string, message: string): Finding => ({ check, verdict: 'ok', message })
export const warn = (check: string, message: string, fix: string): Finding => ({
  check,
  verdict: 'warn',
  message,
  fix,
})
export const fail = (check: string, message: string, fix: string): Finding => ({
  check,
  verdict: 'fail',
  message,
  fix,
})
export const skip = (check: string, message: string): Finding => ({ check, verdict: 'skip', message })
