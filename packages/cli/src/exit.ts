import {
  AuthenticationError,
  ConnectionError,
  PermissionError,
  SignatureVerificationError,
  SkiroError,
} from 'skiro'

/** What the program ends with. Fixed: scripts branch on it. docs/cli.md lists them. */
export const EXIT = {
  ok: 0,
  unexpected: 1,
  usage: 2,
  not_authenticated: 3,
  refused: 4,
  network: 5,
  findings: 6,
  timed_out: 7,
  interrupted: 130,
} as const
export type Exit = (typeof EXIT)[keyof typeof EXIT]

/** Something the user can act on: what is wrong, and what to do. */
export class CliError extends Error {
  override name = 'CliError'
  readonly exit: Exit
  readonly code: string
  readonly hint: string | undefined

  constructor(exit: Exit, code: string, message: string, hint?: string) {
    super(message)
    this.exit = exit
    this.code = code
    this.hint = hint
  }
}

/** A call that cannot be meant: exit 2. */
export const usage = (message: string, hint?: string): CliError =>
  new CliError(EXIT.usage, 'usage', message, hint)

/** What is told of an error, and what the program ends with. */
export type Told = {
  readonly exit: Exit
  readonly code: string
  readonly message: string
  readonly hint?: string | undefined
  readonly param?: string | null
  readonly request_id?: string | null
  readonly doc_url?: string | null
}

/** Sorts any error into an exit code. Errors of the SDK say themselves what to do. */
export function tell(error: unknown): Told {
  if (error instanceof CliError) {
    const { exit, code, message, hint } = error
    return { exit, code, message, hint }
  }
  if (error instanceof SkiroError) {
    const { code, message, param, request_id, doc_url } = error
    return { exit: exitOf(error), code, message, hint: hintOf(error), param, request_id, doc_url }
  }
  const message = error instanceof Error ? error.message : String(error)
  return { exit: EXIT.unexpected, code: 'unexpected', message }
}

function exitOf(error: SkiroError): Exit {
  if (error.code === 'aborted') return EXIT.interrupted
  if (error instanceof AuthenticationError) return EXIT.not_authenticated
  if (error instanceof ConnectionError) return EXIT.network
  if (error instanceof SignatureVerificationError) return EXIT.unexpected
  // Found by the SDK before anything was sent: an id that is none, an option out of its bounds.
  if (error.status === null) return EXIT.usage
  // The server, or something before it, broke: the same as not reaching it.
  return error.status >= 500 ? EXIT.network : EXIT.refused
}

function hintOf(error: SkiroError): string | undefined {
  if (error instanceof AuthenticationError) return 'Log in with a key that is valid: skiro login'
  if (error instanceof PermissionError) return 'skiro whoami shows which key is used.'
  if (error instanceof ConnectionError && error.code !== 'aborted')
    return 'Is the gateway running? skiro whoami shows its address.'
  return undefined
}
