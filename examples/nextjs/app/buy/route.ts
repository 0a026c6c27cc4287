import { SkiroError } from 'skiro'
import { html } from '../../lib/html.ts'
import { failurePage } from '../../lib/pages.ts'
import { startCheckout } from '../../lib/shop.ts'

export async function POST(): Promise<Response> {
  try {
    return Response.redirect(await startCheckout(), 303)
  } catch (error) {
    if (!(error instanceof SkiroError)) throw error
    console.error(error.code, error.message, error.request_id)
    return html(failurePage(), 502)
  }
}
