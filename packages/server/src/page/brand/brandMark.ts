import { html, type Html } from '../html.ts'
import { monogram, type PageContext } from '../pageContext.ts'

/** The merchant's logo, or a monogram without one. The name stands beside it, so it needs no words of its own. */
export function brandMark({ view, shop }: PageContext): Html {
  const logo = view.brand?.logo
  if (!logo) return monogram(shop)
  const fades = logo.fades_on === null ? '' : ` fades-on-${logo.fades_on}`
  return html`<img class="logo${fades}" src="${logo.path}" width="${logo.width}" height="${logo.height}" alt="">`
}
