import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { langTag, pickLanguage } from '../../language.ts'
import { formatMoney } from '../../money.ts'
import { loadBrowserFiles } from '../browserFiles.ts'
import { type Engine, enact, settleExpiry } from '../engine.ts'
import { Refusal } from '../errors.ts'
import { parseJson } from '../fields.ts'
import { pageHeaders } from '../html.ts'
import { majorUnits } from '../majorUnits.ts'
import type { Payment } from '../model.ts'
import { isOwnPage, pathPart } from '../request.ts'
import { authenticatePayment, readAuthenticate } from '../verbs/authenticatePayment.ts'
import { challengeHtml } from './challenge.html.ts'

const PATH = '/three_ds/:id/:secret'

/**
 * The bank's side of 3-D Secure: a page that asks the customer, and takes the answer. Its address is the right to
 * answer: whoever opens it may be anyone, so it is as hard to guess as a key.
 */
export async function challengeRoutes(app: FastifyInstance, { engine }: { engine: Engine }): Promise<void> {
  const { challengeStyle } = loadBrowserFiles()

  async function find(request: FastifyRequest): Promise<Payment> {
    const id = pathPart(request, 'id')
    await settleExpiry(engine, id)
    const payment = engine.book.payments.get(id)
    const given = Buffer.from(pathPart(request, 'secret'))
    const expected = Buffer.from(payment?.action_secret ?? '')
    if (payment && given.length > 0 && given.length === expected.length && timingSafeEqual(given, expected)) {
      return payment
    }
    throw new Refusal('not_found', 'Nothing is asked at this address.')
  }

  app.get(PATH, async (request, reply) => {
    const payment = await find(request)
    const isFramed = payment.next_action?.type !== 'redirect' && payment.return_url !== null
    const parent_origin = isFramed && payment.return_url ? new URL(payment.return_url).origin : null
    const nonce = randomBytes(16).toString('base64')
    const language = pickLanguage(request.headers['accept-language'])
    const amount = formatMoney(majorUnits(payment.amount_minor), payment.currency, language)
    const page = { payment, language, path: request.url, parent_origin, amount, nonce, style: challengeStyle }
    return reply
      .headers({
        ...pageHeaders(nonce, parent_origin ?? `'none'`),
        'content-language': langTag(language),
        vary: 'accept-language',
      })
      .send(challengeHtml(page))
  })

  app.post(PATH, async (request, reply) => {
    if (!isOwnPage(request)) throw new Refusal('unauthorized', 'Answers are sent by the bank’s page only.')
    const payment = await find(request)
    const done = authenticatePayment(engine.world, payment.id, readAuthenticate(parseJson(request.body)))
    await enact(engine, done)
    return reply.send({ answered: true })
  })
}
