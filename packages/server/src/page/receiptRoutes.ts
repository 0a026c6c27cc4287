import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { noBody } from '../http/noBody.ts'
import { parse } from '../http/parse.ts'
import { SkiroError } from '../lib/errors.ts'
import { isMailAddress } from '../lib/mailAddress.ts'
import { askReceipt, canAskReceipt } from '../mails/askReceipt.ts'
import { type OnPage, requireOnPage } from './findOnPage.ts'
import { localeOf } from './localeOf.ts'
import { sendJson } from './payAnswer.ts'
import { refuseForeignOrigin } from './refuseForeignOrigin.ts'
import { NO_MAILS, pageState, type ReceiptOptions } from './toView.ts'

const saying = z.strictObject({ email: z.string().refine(isMailAddress, 'Must be an e-mail address.') })

/**
 * `POST /{session id}/receipt`: mails the receipt of a paid session to the address that was entered when paying; where
 * none was, to the one in the body, which is then the only one. A body that says one where it is known is refused.
 */
export function receiptRoutes(app: FastifyInstance, ctx: Context): void {
  app.post(
    '/:session_id/receipt',
    { config: { public: true }, schema: { hide: true } },
    async (request, reply) => {
      refuseForeignOrigin(request, ctx.config.public_url)
      const { session, latest } = await requireOnPage(ctx, request)
      const asks =
        latest !== null && isPaid({ session, latest }) && (await canAskReceipt(ctx, latest)).asks_address
      const said = asks ? parse(saying, request.body).email : null
      if (!asks) parse(noBody, request.body)
      if (!latest || !isPaid({ session, latest })) throw new SkiroError('not_found')
      const { again } = await askReceipt(ctx, latest, localeOf(request, session), said)
      return await sendJson(reply, { status: 'sent', again })
    },
  )
}

/** What the page needs to know for its receipt. Asks the database for paid sessions only. */
export async function receiptOptions(ctx: Context, { session, latest }: OnPage): Promise<ReceiptOptions> {
  const { public_url, mail } = ctx.config
  const options = { public_url, mails_receipt: mail?.receipts === true }
  if (!latest || !isPaid({ session, latest })) return { ...NO_MAILS, ...options }
  return { ...options, ...(await canAskReceipt(ctx, latest)) }
}

const isPaid = ({ session, latest }: OnPage) => pageState(session, latest) === 'paid'
