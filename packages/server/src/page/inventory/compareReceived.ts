import { pageHeaders } from '../securityHeaders.ts'
import { integrityOf } from '../assets.ts'
import type { PageScript } from './inventory.ts'

/** A page as it arrived, through everything that stands between this server and its customers. */
export type Received = {
  readonly headers: ReadonlyMap<string, string>
  readonly html: string
  /** Bodies of the files that the page's scripts name, by their `src` as written; null where none came. */
  readonly files: ReadonlyMap<string, string | null>
  /** The only other origin that this page may frame. */
  readonly acquirer_origin: string | null
}

const SCRIPT = /<script\b([^>]*)>(.*?)<\/script\s*>/gis
const OPENING = /<([a-z][a-z0-9-]*)\b((?:[^>"']|"[^"]*"|'[^']*')*)>/gi
/** What can run something, load something or send something elsewhere, and is in no page of ours. */
const FOREIGN_ELEMENTS = new Set(['object', 'embed', 'applet', 'base', 'frame', 'portal'])

/**
 * What differs between a page that arrived and one of ours: another script, another header, another frame, or anything
 * that could run (PCI DSS 4.0.1, 11.6.1). Empty when nothing does. Each difference is a sentence for a person.
 */
export function compareReceived(received: Received, inventory: readonly PageScript[]): string[] {
  const nonce = /script-src 'nonce-([^']+)'/.exec(received.headers.get('content-security-policy') ?? '')?.[1]
  return [
    ...headerDifferences(received, nonce ?? 'none-was-received'),
    ...scriptDifferences(received, inventory, nonce),
    ...elementDifferences(received),
  ]
}

function headerDifferences({ headers, acquirer_origin }: Received, nonce: string): string[] {
  return Object.entries(pageHeaders({ nonce, acquirerOrigin: acquirer_origin }))
    .filter(([name, value]) => headers.get(name.toLowerCase()) !== value)
    .map(([name, value]) => {
      const came = headers.get(name.toLowerCase())
      return `The header ${name} ${came === undefined ? 'is missing' : `is "${came}"`}; it should be "${value}".`
    })
}

function scriptDifferences(
  { html, files }: Received,
  inventory: readonly PageScript[],
  nonce: string | undefined,
): string[] {
  const found = [...html.matchAll(SCRIPT)].map(([, attributes = '', body = '']) => {
    const src = attributeOf(attributes, 'src')
    const content = src === undefined ? body : (files.get(src) ?? null)
    return { src, content, nonce: attributeOf(attributes, 'nonce') }
  })
  const differences: string[] = []
  for (const { src, content, nonce: own } of found) {
    const what = src === undefined ? 'A script in the document' : `The script ${src}`
    const known = inventory.find(({ place }) => place === (src ?? 'inline'))
    if (!known) differences.push(`${what} is not in the inventory: "${(content ?? '').slice(0, 80)}".`)
    else if (content === null) differences.push(`${what} did not come.`)
    else if (integrityOf(content) !== known.integrity)
      differences.push(`${what} is not the one of the inventory: "${content.slice(0, 80)}".`)
    if (own !== nonce) differences.push(`${what} does not carry the nonce of its answer.`)
  }
  const missing = inventory.filter(({ place }) => !found.some(({ src }) => (src ?? 'inline') === place))
  for (const { place } of missing) differences.push(`The script ${place} is missing.`)
  // What the pattern above does not take for a script, a browser might.
  const opened = html.match(/<script\b/gi)?.length ?? 0
  if (opened !== found.length)
    differences.push(`There are ${opened} openings of scripts for ${found.length} scripts.`)
  return differences
}

function elementDifferences({ html, acquirer_origin }: Received): string[] {
  const differences: string[] = []
  for (const [, name = '', attributes = ''] of html.matchAll(OPENING)) {
    const tag = name.toLowerCase()
    if (FOREIGN_ELEMENTS.has(tag)) differences.push(`The page holds a <${tag}>.`)
    if (/[\s/"']on[a-z]+\s*=/i.test(attributes.replace(/="[^"]*"/g, '=""')))
      differences.push(`A <${tag}> holds a script in an attribute.`)
    const src = attributeOf(attributes, 'src')
    if (tag === 'iframe' && src !== undefined && originOf(src) !== acquirer_origin)
      differences.push(`The page frames ${originOf(src) ?? src}, which is not the acquirer.`)
  }
  return differences
}

function attributeOf(attributes: string, name: string): string | undefined {
  const [, value] = new RegExp(`(?:^|\\s)${name}\\s*=\\s*"([^"]*)"`, 'i').exec(attributes) ?? []
  return value?.replaceAll('&amp;', '&')
}

function originOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).origin : null
}
