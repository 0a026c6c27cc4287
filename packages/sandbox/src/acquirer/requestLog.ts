import type { FastifyRequest } from 'fastify'

const KEPT = 1000

type LoggedRequest = {
  readonly at: string
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string | null
}

/** The last API requests as they came, without their keys, so that a test can look for what must not be in them. */
export class RequestLog {
  #requests: LoggedRequest[] = []

  add(request: FastifyRequest): void {
    const { authorization: _, cookie: __, ...headers } = request.headers
    const body = typeof request.body === 'string' ? request.body : null
    const at = new Date().toISOString()
    this.#requests.push({ at, method: request.method, path: request.url, headers, body })
    if (this.#requests.length > 2 * KEPT) this.#requests = this.#requests.slice(-KEPT)
  }

  list(): readonly LoggedRequest[] {
    return this.#requests.slice(-KEPT)
  }
}
