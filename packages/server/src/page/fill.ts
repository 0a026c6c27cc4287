import { assert } from '../lib/assert.ts'
import { html, type Html, type HtmlValue } from './html.ts'

const PLACEHOLDER = /\{([a-z_]+)\}/g

/** Puts values into a text's placeholders, as plain text. A placeholder without a value is a bug. */
export function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(PLACEHOLDER, (_, name: string) => {
    const value = values[name]
    assert(value !== undefined, `no value for the placeholder {${name}}`)
    return value
  })
}

/**
 * The same as markup. Text stands in a `<bdi>`: a Latin shop name inside an Arabic sentence must not drag the full
 * stop to the wrong side. Markup has to see to that itself.
 */
export function fillHtml(text: string, values: Readonly<Record<string, string | Html>>): Html {
  // split() with one capture group gives text, name, text, name, …, text.
  const parts = text.split(PLACEHOLDER).map((part, index): HtmlValue => {
    if (index % 2 === 0) return part
    const value = values[part]
    assert(value !== undefined, `no value for the placeholder {${part}}`)
    return typeof value === 'string' ? html`<bdi>${value}</bdi>` : value
  })
  return html`${parts}`
}
