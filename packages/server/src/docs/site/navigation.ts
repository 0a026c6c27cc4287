import { type Html, html } from '../../page/html.ts'
import type { OpenApi } from '../openapi/types.ts'
import { objectNames } from './objects.ts'
import { slug } from './markdown.ts'

type Link = { readonly href: string; readonly text: string; readonly method?: string }
export type Group = { readonly title: string; readonly links: readonly Link[] }

/** Everything that can be linked on the page, in its order. `base` is empty on the page itself. */
export function navigation(document: OpenApi, guides: readonly { title: string; id: string }[]): Group[] {
  const calls = Object.values(document.paths).flatMap((methods) => Object.entries(methods))
  const groups = document.tags.map(({ name }) => ({
    title: name,
    links: calls
      .filter(([, { tags }]) => tags?.includes(name))
      .map(([method, { operationId, summary }]) => ({
        href: `#${operationId}`,
        text: summary ?? '',
        method,
      })),
  }))
  return [
    { title: 'Guides', links: guides.map(({ title, id }) => ({ href: `#${id}`, text: title })) },
    ...groups.filter(({ links }) => links.length > 0),
    {
      title: 'Events',
      links: Object.keys(document.webhooks).map((type) => ({ href: `#event-${slug(type)}`, text: type })),
    },
    {
      title: 'Objects',
      links: objectNames(document).map((name) => ({ href: `#object-${name}`, text: name })),
    },
  ]
}

export function navigationHtml(groups: readonly Group[], base: string): Html {
  return html`${groups.map(
    ({ title, links }) =>
      html`<section><h2>${title}</h2><ul>${links.map(
        ({ href, text, method }) =>
          html`<li><a href="${base}${href}">${method && html`<span class="method m-${method}">${method === 'delete' ? 'del' : method}</span>`}<span>${text}</span></a></li>`,
      )}</ul></section>`,
  )}`
}
