import { html } from '../lib/html.ts'
import { productPage } from '../lib/pages.ts'

export function GET(): Response {
  return html(productPage())
}
