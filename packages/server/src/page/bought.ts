import { html, type Html } from './html.ts'
import type { PageContext } from './pageContext.ts'

/** What the customer buys, on a line of its own, in the direction of its own words. Null: the shop did not say. */
export function bought({ bought: text }: Pick<PageContext, 'bought'>): Html | null {
  return text === null ? null : html`<p class="bought" dir="auto">${text}</p>`
}
