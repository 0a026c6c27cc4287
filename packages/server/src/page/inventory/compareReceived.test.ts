import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadAssets } from '../assets.ts'
import { renderPage } from '../renderPage.ts'
import { pageHeaders } from '../securityHeaders.ts'
import { sampleView, STATES } from '../testing/sampleView.ts'
import { compareReceived, type Received } from './compareReceived.ts'
import { pageInventory } from './inventory.ts'

const assets = loadAssets()
const inventory = pageInventory(assets)
const nonce = 'AAECAwQFBgcICQoLDA0ODw=='
const ACQUIRER = 'https://cards.example'

function page(state: (typeof STATES)[number] = 'open', change: Partial<Received> = {}): Received {
  const headers = pageHeaders({ nonce, acquirerOrigin: ACQUIRER })
  return {
    headers: new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    html: renderPage(sampleView(state), { nonce, locale: 'en', assets }),
    files: new Map([[assets.script_path, assets.script_body]]),
    acquirer_origin: ACQUIRER,
    ...change,
  }
}

test('our own pages have no difference', () => {
  for (const state of STATES) assert.deepEqual(compareReceived(page(state), inventory), [], state)
})

const before = (text: string, added: string): Partial<Received> => ({
  html: page().html.replace(text, added + text),
})

/** What somebody between us and the customer might do, and how it is told. */
const TAMPERED: [string, Partial<Received>, RegExp][] = [
  [
    'a script of their own',
    before('</body>', '<script>steal()</script>'),
    /not in the inventory|not the one/,
  ],
  [
    'one that carries our nonce',
    before('</body>', `<script nonce="${nonce}">steal()</script>`),
    /not the one/,
  ],
  [
    'a file of theirs',
    before('</head>', '<script src="https://cdn.evil.example/a.js"></script>'),
    /not in the inventory/,
  ],
  [
    'our file with a line more',
    { files: new Map([[assets.script_path, `${assets.script_body}steal()`]]) },
    /not the one/,
  ],
  ['our file kept back', { files: new Map() }, /did not come/],
  ['our script taken out', { html: page().html.replace(/<script defer.*?<\/script>/, '') }, /is missing/],
  [
    'a script that is never closed',
    before('</body>', '<script src=//evil.example/a.js>'),
    /openings of scripts/,
  ],
  ['a handler', before('</body>', '<img src=x onerror="steal()">'), /script in an attribute/],
  ['a handler without quotes', before('</body>', '<svg onload=steal()>'), /script in an attribute/],
  [
    'a frame of theirs',
    before('</body>', '<iframe src="https://cards.example.evil.example/"></iframe>'),
    /not the acquirer/,
  ],
  ['another base', before('</head>', '<base href="https://evil.example/">'), /<base>/],
  ['an object', before('</body>', '<object data="https://evil.example/a"></object>'), /<object>/],
]
for (const [what, change, told] of TAMPERED) {
  test(`tells of ${what}`, () => {
    assert.match(compareReceived(page('open', change), inventory).join('\n'), told)
  })
}

test('tells of each header that is missing or another', () => {
  for (const name of page().headers.keys()) {
    const headers = new Map(page().headers)
    headers.delete(name)
    assert.match(compareReceived(page('open', { headers }), inventory).join('\n'), /is missing/, name)
  }
  const headers = new Map(page().headers)
  const policy = headers.get('content-security-policy') ?? ''
  headers.set('content-security-policy', policy.replace("script-src '", "script-src 'unsafe-inline' '"))
  assert.match(compareReceived(page('open', { headers }), inventory).join('\n'), /Content-Security-Policy is/)
})

test('every script of the inventory has its reason', () => {
  for (const { name, reason } of inventory) assert.ok(reason.length > 40, name)
})
