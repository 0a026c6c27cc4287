import { readFileSync } from 'node:fs'
import type { ErrorCode } from '../../lib/errors.ts'
import { type Html, html } from '../../page/html.ts'
import type { OpenApi } from '../openapi/types.ts'
import { ERROR_CODES, errorPage, errorTable } from './errorPages.ts'
import { layout, loadAssets } from './layout.ts'
import { inline, markdown, slug } from './markdown.ts'
import { navigation, navigationHtml } from './navigation.ts'
import { eventsSection, objectsSection } from './objects.ts'
import { operationGroup } from './operations.ts'

/** In the order of the page. */
const GUIDES = [
  'quickstart',
  'authentication',
  'amounts',
  'errors',
  'idempotency',
  'paging',
  'rateLimits',
  'webhooks',
  'testCards',
] as const

export type Guide = { readonly title: string; readonly id: string; readonly text: string }

/** The guides as Markdown, with this gateway's own address in them. */
export function loadGuides(public_url: string): Guide[] {
  return GUIDES.map((name) => {
    const file = new URL(`../guides/${name}.md`, import.meta.url)
    const text = readFileSync(file, 'utf8').replaceAll('{{public_url}}', public_url)
    const title = /^# (.+)$/m.exec(text)?.[1] ?? name
    return { title, id: slug(title), text }
  })
}

export type Site = {
  readonly policy: string
  readonly home: string
  readonly errors: ReadonlyMap<string, string>
}

/** The pages of /docs, made once from the document: they are the same for everybody. */
export function buildSite(document: OpenApi, guides: readonly Guide[], public_url: string): Site {
  const assets = loadAssets()
  const groups = navigation(document, guides)
  const page = (title: string, base: string, main: Html, description: string) =>
    layout(assets, { title, nav: navigationHtml(groups, base), main, description })
  const [intro = ''] = document.info.description.split('\n\n')
  const home = html`<header class="hero"><h1>Skiro API</h1><p class="lead">${inline(intro)}</p>
<p class="base">Base address <code>${public_url}</code></p></header>
${guides.map(({ id, text }) => html`<section class="guide">${markdown(text)}${id === 'errors' && errorTable()}</section>`)}
${document.tags.slice(0, -1).map((tag) => operationGroup(document, tag, tagId(tag.name)))}
${eventsSection(document)}${objectsSection(document)}`
  const error = (code: ErrorCode) =>
    page(`${code} · Skiro API`, '/docs', errorPage(code, public_url), `What the error ${code} means.`)
  return {
    policy: assets.policy,
    home: page('Skiro API', '', home, intro),
    errors: new Map(ERROR_CODES.map((code) => [code, error(code)])),
  }
}

/** Guides and groups share one page, so that a group's id says that it is one. */
const tagId = (name: string) => `calls-${slug(name)}`
