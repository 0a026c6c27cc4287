/**
 * The parts of Express 5 that examples/express uses, for where Express is not installed. `useExpress.ts` puts it in.
 * Source: https://expressjs.com/en/5x/api.html
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'

type Request = {
  body: unknown
  params: Record<string, string>
  get(name: string): string | undefined
  raw: IncomingMessage
}
type Response = {
  status(code: number): Response
  send(body: string): void
  sendStatus(code: number): void
  redirect(status: number, url: string): void
}
type Handler = (request: Request, response: Response, next: () => void) => unknown
type Route = { method: string; pattern: RegExp; handlers: readonly Handler[] }

export default function express() {
  const routes: Route[] = []
  const add =
    (method: string) =>
    (path: string, ...handlers: Handler[]) => {
      routes.push({ method, pattern: new RegExp(`^${path.replace(/:(\w+)/g, '(?<$1>[^/]+)')}/?$`), handlers })
    }
  const answer = async (raw: IncomingMessage, out: ServerResponse): Promise<void> => {
    const { pathname } = new URL(raw.url ?? '/', 'http://shop')
    const route = routes.find(({ method, pattern }) => method === raw.method && pattern.test(pathname))
    const response = wrap(out)
    if (!route) return response.sendStatus(404)
    const params = { ...route.pattern.exec(pathname)?.groups }
    const get = (name: string) => raw.headers[name.toLowerCase()]?.toString()
    const request: Request = { body: undefined, params, get, raw }
    for (const handler of route.handlers) {
      let go_on = false
      await handler(request, response, () => (go_on = true))
      if (!go_on) return
    }
  }
  const server = createServer((raw, out) => {
    answer(raw, out).catch((error: Error) => {
      console.error(error.stack)
      wrap(out).sendStatus(500)
    })
  })
  return {
    get: add('GET'),
    post: add('POST'),
    listen: (port: number, host: string, done: () => void) => server.listen(port, host, done),
  }
}

/** The body as a Buffer, for requests of that type only, and up to `limit`, such as `1mb`. */
express.raw =
  ({ type, limit = '100kb' }: { type: string; limit?: string }): Handler =>
  async (request, response, next) => {
    const [, count, unit = ''] = /^(\d+)(kb|mb)$/.exec(limit) ?? []
    const most = Number(count) * (unit === 'mb' ? 1024 * 1024 : 1024)
    if (Number(request.get('content-length')) > most) return response.sendStatus(413)
    if (request.get('content-type')?.split(';')[0] === type) request.body = await buffer(request.raw)
    next()
  }

function wrap(out: ServerResponse): Response {
  const response: Response = {
    status(code) {
      out.statusCode = code
      return response
    },
    send(body) {
      out.setHeader('content-type', 'text/html; charset=utf-8')
      out.end(body)
    },
    sendStatus(code) {
      out.statusCode = code
      out.end(String(code))
    },
    redirect(status, url) {
      out.writeHead(status, { location: url }).end()
    },
  }
  return response
}
