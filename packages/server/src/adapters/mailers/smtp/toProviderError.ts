import { ProviderError } from '../../../lib/errors.ts'
import { plainLine } from '../../../lib/plainLine.ts'

type SmtpError = Error & {
  code?: string
  /** Of the system, where the library has put its own over it. */
  originalCode?: string
  command?: string
  responseCode?: number
  response?: string
}

/** Nothing of the mail can have been sent yet. The command of an error does not say so: a cut connection is `CONN` too. */
const NOT_BEGUN = new Set([
  'EDNS',
  'ETLS',
  'EAUTH',
  'ENOAUTH',
  'ECONFIG',
  'ECONNREFUSED',
  'ENETUNREACH',
  'EHOSTUNREACH',
])

/**
 * What an error of the SMTP library means for the mail. Before DATA ends the server has not taken it; once it has the
 * whole text, only its answer tells. A 5xx to the address or the text is for good (RFC 5321 §4.2.1), all others are not:
 * a wrong password is the operator's to mend, and the mail waits.
 */
export function toProviderError(error: unknown): ProviderError {
  if (error instanceof ProviderError) return error
  const { code = 'EUNKNOWN', originalCode, command, responseCode, response } = error as SmtpError
  // Codes only, for this goes to the log: what the server says may quote an address. That is the cause.
  const message = ['smtp', code, originalCode, command, responseCode]
    .filter((part) => part !== undefined)
    .join(' ')
  return new ProviderError('smtp', kindOf(error as SmtpError), message, new Error(plainLine(response ?? '')))
}

function kindOf({ code = '', originalCode = '', command, responseCode }: SmtpError): ProviderError['kind'] {
  if (responseCode !== undefined) {
    const for_good = responseCode >= 500 && responseCode !== 503
    return for_good && (command === 'RCPT TO' || command === 'DATA') ? 'refused' : 'unavailable'
  }
  return NOT_BEGUN.has(code) || NOT_BEGUN.has(originalCode) ? 'unavailable' : 'unknown'
}
