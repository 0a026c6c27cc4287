import type { FastifyInstance } from 'fastify'
import type { Context } from '../context.ts'
import { noBody } from '../http/noBody.ts'
import { parse } from '../http/parse.ts'
import { SkiroError } from '../lib/errors.ts'
import { askReceipt, canAskReceipt } from '../mails/askReceipt.ts'
import { type OnPage, requireOnPage } from './findOnPage.ts'
import { localeOf } from './localeOf.ts'
import { sendJson } from './payAnswer.ts'
import { refuseForeignOrigin } from './refuseForeignOrigin.ts'
import { pageState, type ReceiptOptions } from './toView.ts'

/** `POST /{session id}/receipt`: mails the receipt of a paid session to the address that was entered when paying. */
export function receiptRoutes(app: FastifyInstance, ctx: Context): void {
  app.post(
    '/:session_id/receipt',
    { config: { public: true }, schema: { hide: true } },
    async (request, reply) => {
      refuseForeignOrigin(request, ctx.config.public_url)
      const { session, latest } = await requireOnPage(ctx, request)
      parse(noBody, request.body)
      if (!latest || pageState(session, latest) !== 'paid') throw new SkiroError('not_found')
      const { again } = await askReceipt(ctx, latest, localeOf(request, session))
      return await sendJson(reply, { status: 'sent', again })
    },
  )
}

/** What the page needs to know for its receipt. Asks the database for paid sessions only. */
export async function receiptOptions(ctx: Context, { session, latest }: OnPage): Promise<ReceiptOptions> {
  const paid = latest && pageState(session, latest) === 'paid'
  return {
    public_url: ctx.config.public_url,
    mails_receipt: ctx.config.mail?.receipts === true,
    can_mail: paid ? await canAskReceipt(ctx, latest) : false,
  }
}
