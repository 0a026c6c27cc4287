const MARKUP = Symbol('markup')

/** Markup that is safe to write out: made by `html`, or vouched for by `raw`. */
export type Html = { readonly [MARKUP]: string }

/** What a template may hold. `true` is left out: it is always a mistake. */
export type HtmlValue = string | number | Html | null | undefined | false | readonly HtmlValue[]

/** Markup from our own source code, such as an icon. Never give it a value that came from outside. */
export function raw(markup: string): Html {
  return { [MARKUP]: markup }
}

/**
 * Template tag that escapes every value, for text and for quoted attributes alike. Arrays are joined, `null`,
 * `undefined` and `false` print nothing. Attributes must be quoted: an unquoted one cannot be escaped.
 */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let markup = strings[0] ?? ''
  values.forEach((value, index) => {
    markup += print(value) + (strings[index + 1] ?? '')
  })
  return raw(markup)
}

/** The finished text of a template. */
export function toText(value: Html): string {
  return value[MARKUP]
}

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Escapes text for element content and quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character)
}

function print(value: HtmlValue): string {
  if (value === null || value === undefined || value === false) return ''
  if (typeof value === 'string') return escapeHtml(value)
  if (typeof value === 'number') return String(value)
  if (MARKUP in value) return value[MARKUP]
  return value.map(print).join('')
}
