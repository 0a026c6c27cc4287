/**
 * `node next.ts <app folder>`: serves the route handlers of a Next.js app, as its App Router does: `route.ts` files by
 * the path of their folder, exported functions by method, web Requests and Responses.
 * Source: https://nextjs.org/docs/app/api-reference/file-conventions/route
 */
import { globSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pathToFileURL } from 'node:url'

type Handler = (
  request: Request,
  context: { params: Promise<Record<string, string>> },
) => Response | Promise<Response>

const app = process.argv[2] ?? '.'
const routes = await Promise.all(
  globSync('**/route.ts', { cwd: app }).map(async (file) => {
    const path = dirname(file) === '.' ? '' : dirname(file)
    return {
      pattern: new RegExp(`^/${path.replace(/\[(\w+)\]/g, '(?<$1>[^/]+)')}$`),
      methods: (await import(pathToFileURL(join(app, file)).href)) as Record<string, Handler>,
    }
  }),
)

async function answer(raw: IncomingMessage, out: ServerResponse): Promise<void> {
  const url = new URL(raw.url ?? '/', 'http://shop')
  const route = routes.find(({ pattern }) => pattern.test(url.pathname))
  const handler = route?.methods[raw.method ?? '']
  if (!handler) {
    out.writeHead(route ? 405 : 404).end()
    return
  }
  const body = raw.method === 'POST' ? Readable.toWeb(raw) : null
  const headers = Object.entries(raw.headers).map(([name, value]): [string, string] => [name, String(value)])
  const request = new Request(url, { method: raw.method ?? 'GET', headers, body, duplex: 'half' })
  const params = Promise.resolve({ ...route?.pattern.exec(url.pathname)?.groups })
  const response = await handler(request, { params })
  out.writeHead(response.status, Object.fromEntries(response.headers)).end(await response.text())
}

createServer((raw, out) => {
  answer(raw, out).catch((error: Error) => {
    console.error(error.stack)
    out.writeHead(500).end()
  })
}).listen(Number(process.env.PORT), '127.0.0.1', () => console.log(`shop at ${process.env.SHOP_URL}`))
