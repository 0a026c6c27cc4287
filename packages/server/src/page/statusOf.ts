import type { Context } from '../context.ts'
import { wasAccepted } from '../webhooks/deliveries/deliveryStore.ts'
import { declineGroup } from './declines.ts'
import type { OnPage } from './findOnPage.ts'
import { NO_MAILS, toView } from './toView.ts'

/** What the page's script is told about a payment, when it asks and when something happened. */
export async function statusOf(ctx: Context, { session, latest }: OnPage) {
  const { public_url } = ctx.config
  const view = toView(session, latest, null, 'paid', { ...NO_MAILS, public_url })
  const isPaid = view.state === 'paid' && latest
  return {
    status: view.state,
    failure_code: view.attempt_error ? declineGroup(view.attempt_error.code) : null,
    webhook_accepted: isPaid ? await wasAccepted(ctx.db, session, 'checkout.completed', latest.id) : false,
    redirect_url: view.redirect_url,
    expires_at: view.expires_at,
    server_time: view.server_time,
  }
}
