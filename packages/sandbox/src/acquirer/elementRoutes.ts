import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { loadBrowserFiles } from './browserFiles.ts'
import { elementHtml } from './element.html.ts'
import type { Engine } from './engine.ts'
import { Refusal } from './errors.ts'
import { parseJson } from './fields.ts'
import { pageHeaders } from './html.ts'
import { isOwnPage, pathPart, queryText } from './request.ts'
import { textsOf } from './texts/textsOf.ts'
import { fieldErrorBody, readCard, tokenise } from './vault.ts'

/** Scheme, host and port, nothing else: it is copied into a header, where `;` or a space would start a new rule. */
const ORIGIN = /^https?:\/\/([a-z0-9.-]+|\[[0-9a-f:]+\])(:[0-9]{1,5})?$/

function isOrigin(value: string | undefined): value is string {
  return value !== undefined && ORIGIN.test(value) && URL.parse(value)?.origin === value
}

const SESSION = /^[\w-]{1,255}$/

/** The card fields (an iframe page) and the vault behind them. The only place where a card number arrives. */
export async function elementRoutes(
  app: FastifyInstance,
  { engine, publishable_key }: { engine: Engine; publishable_key: string },
): Promise<void> {
  const { modules, style } = loadBrowserFiles()
  const expected = Buffer.from(publishable_key)

  function requireKey(key = ''): void {
    const given = Buffer.from(key)
    if (given.length === expected.length && timingSafeEqual(given, expected)) return
    throw new Refusal('unauthorized', 'key must be the publishable key.', 'key')
  }

  app.get('/element', async (request, reply) => {
    const session = queryText(request, 'session')
    const parent_origin = queryText(request, 'parent_origin')
    requireKey(queryText(request, 'key'))
    if (!isOrigin(parent_origin)) {
      throw new Refusal('invalid_request', 'parent_origin must be an http or https origin.', 'parent_origin')
    }
    if (session === undefined || !SESSION.test(session)) {
      throw new Refusal('invalid_request', 'session must be the id of a checkout session.', 'session')
    }
    const nonce = randomBytes(16).toString('base64')
    const texts = textsOf(queryText(request, 'locale'))
    const html = elementHtml({ key: publishable_key, session, parent_origin, nonce, style, texts })
    return reply.headers(pageHeaders(nonce, parent_origin)).send(html)
  })

  app.get('/element/:file', async (request, reply) => {
    const code = modules.get(pathPart(request, 'file'))
    if (code === undefined) throw new Refusal('not_found', 'No such file.')
    const headers = {
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
    }
    return reply.headers(headers).send(code)
  })

  app.post('/vault/tokens', async (request, reply) => {
    if (!isOwnPage(request)) throw new Refusal('unauthorized', 'Cards are sent by the card page only.')
    const input = readCard(parseJson(request.body))
    requireKey(input.key)
    const made = tokenise(input, engine.world.clock)
    reply.header('cache-control', 'no-store')
    if ('fault' in made) return reply.code(400).send(fieldErrorBody(made.fault, made.cscDigits))
    const { token } = made
    engine.book.commit({ token })
    await engine.book.flushed()
    const { brand, last_four } = token.card
    return reply.code(201).send({ token: token.id, brand, last_four, expires_at: token.expires_at })
  })
}
