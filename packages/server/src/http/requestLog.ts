import type { FastifyBaseLogger } from 'fastify'

type Bindings = Record<string, unknown>

/**
 * The log of one request, whose lines carry its id. A child logger costs more than many a request's own work, and
 * nearly all requests log nothing but the line that says they were answered: so it is made at the first line.
 */
export class RequestLog {
  readonly #parent: FastifyBaseLogger
  readonly #bindings: Bindings
  #child: FastifyBaseLogger | null = null

  constructor(parent: FastifyBaseLogger, bindings: Bindings) {
    this.#parent = parent
    this.#bindings = bindings
  }

  get #log(): FastifyBaseLogger {
    return (this.#child ??= this.#parent.child(this.#bindings))
  }

  get level(): string {
    return this.#parent.level
  }

  child(bindings: Bindings): FastifyBaseLogger {
    return this.#log.child(bindings)
  }

  fatal(fields: object, text?: string): void {
    this.#log.fatal(fields, text)
  }

  error(fields: object, text?: string): void {
    this.#log.error(fields, text)
  }

  warn(fields: object, text?: string): void {
    this.#log.warn(fields, text)
  }

  info(fields: object, text?: string): void {
    this.#log.info(fields, text)
  }

  debug(fields: object, text?: string): void {
    this.#log.debug(fields, text)
  }

  trace(fields: object, text?: string): void {
    this.#log.trace(fields, text)
  }

  silent(): void {}
}
