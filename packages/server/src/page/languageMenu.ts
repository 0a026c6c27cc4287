import { html, type Html } from './html.ts'
import { ICONS } from './icons.ts'
import { langTag, LOCALES, type Locale, TEXTS } from './locale.ts'
import type { PageTexts } from './texts/texts.ts'

/** Parameters of the page's address that another language keeps. */
const KEPT = ['done', 'receipt']

/** The part of a request's query that links to the same page carry on. Values that we never wrote are dropped. */
export function keptQuery(query: unknown): string {
  const kept = new URLSearchParams()
  const given = new Map<string, unknown>(Object.entries(query ?? {}))
  for (const name of KEPT) {
    const value = given.get(name)
    if (typeof value === 'string' && /^[\w-]{0,64}$/.test(value)) kept.set(name, value)
  }
  return kept.toString()
}

/**
 * The languages, behind a button that names the current one: open and closed by the browser itself, so that it works
 * without scripts and by keyboard. Each link is written and marked in its own language and direction, for ears and eyes
 * alike.
 * @param kept from `keptQuery`
 */
export function languageMenu(current: Locale, texts: PageTexts, kept: string): Html {
  return html`<details class="languages"><summary>${ICONS.globe}<span class="visually-hidden">${texts.language_label}: </span><span>${texts.name}</span></summary>
<nav aria-label="${texts.language_label}">${kept === '' ? plainList(current) : list(current, kept)}</nav></details>`
}

const plainLists = new Map<Locale, Html>()

/** The same on nearly every page, so it is made once. With `kept` there are as many as there are visitors. */
function plainList(current: Locale): Html {
  const made = plainLists.get(current) ?? list(current, '')
  plainLists.set(current, made)
  return made
}

function list(current: Locale, kept: string): Html {
  const links = LOCALES.map((locale) => {
    const { name, dir } = TEXTS[locale]
    const tag = langTag(locale)
    const here = locale === current && html` aria-current="true"`
    const address = `?locale=${locale}${kept && `&${kept}`}`
    return html`<li><a href="${address}" lang="${tag}" hreflang="${tag}"${here}><bdi dir="${dir}">${name}</bdi></a></li>`
  })
  return html`<ul>${links}</ul>`
}
