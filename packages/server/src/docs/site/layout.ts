import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { bundle } from '../../page/bundle.ts'
import { type Html, html, raw, toText } from '../../page/html.ts'

/** The pages' only style and only script, both inside of the page, and the policy that lets nothing else in. */
export type Assets = { readonly style: string; readonly script: string; readonly policy: string }

/** Reads both files. Call once. */
export function loadAssets(): Assets {
  const folder = new URL('../browser/', import.meta.url)
  const style = readFileSync(new URL('docs.css', folder), 'utf8')
  const script = bundle(new URL('docs.ts', folder))
  const policy = [
    "default-src 'none'",
    `style-src '${hash(style)}'`,
    `script-src '${hash(script)}'`,
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ')
  return { style, script, policy }
}

const hash = (text: string) => `sha256-${createHash('sha256').update(text).digest('base64')}`

const MARK = raw(
  '<svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true"><rect width="24" height="24" rx="6" fill="currentColor"/><path d="M7 15.5c1 1 2.600 1.700 4.800 1.700 3 0 5-1.300 5-3.300 0-2.200-2.200-2.700-4.700-3.100-2.300-.4-3.100-.7-3.100-1.500 0-.8 1-1.300 2.600-1.300 1.700 0 2.900.6 3.800 1.500" fill="none" stroke="var(--ground)" stroke-width="2" stroke-linecap="round"/></svg>',
)

/** Which of the code samples are shown: chosen by CSS alone. */
const languages = html`<fieldset class="languages"><legend>Examples in</legend>
<label><input type="radio" name="lang" id="lang-sh" checked> curl</label><label><input type="radio" name="lang" id="lang-ts"> TypeScript</label></fieldset>`

/** A whole page. Everything it needs is in it: it works without a network, and without its script. */
export function layout(
  { style, script }: Assets,
  { title, nav, main, description }: { title: string; nav: Html; main: Html; description: string },
): string {
  return toText(html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title}</title><meta name="description" content="${description}"><meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,"><style>${raw(style)}</style></head>
<body><a class="skip" href="#main">Skip to the text</a>
<header class="top"><a class="brand" href="/docs">${MARK}<span>Skiro <small>API</small></span></a>
${languages}<label class="menu-button" for="menu">Menu</label></header>
<input class="menu-toggle" type="checkbox" id="menu" aria-label="Menu">
<nav class="side" aria-label="Contents"><p class="search" hidden><input type="search" placeholder="Search" aria-label="Search the contents" autocomplete="off"></p>
${nav}<section><h2>For programs</h2><ul><li><a href="/openapi.json">openapi.json</a></li><li><a href="/llms.txt">llms.txt</a></li><li><a href="/docs.md">docs.md</a></li></ul></section></nav>
<main id="main">${main}</main>
<script>${raw(script)}</script></body></html>
`)
}
