import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadAssets } from './assets.ts'
import { DECLINE_GROUPS } from './declines.ts'
import { LOCALES, pickLocale, TEXTS, textsOf } from './locale.ts'
import { renderPage } from './renderPage.ts'
import { flatten } from './testing/flatten.ts'
import { PSEUDO, rawParts } from './testing/pseudo.ts'
import { sampleView, STATES } from './testing/sampleView.ts'
import type { PageView } from './view.ts'

const assets = loadAssets()
const options = { nonce: 'AAECAwQFBgcICQoLDA0ODw==', locale: 'en', assets }
const render = (view: PageView) => renderPage(view, { ...options, texts: PSEUDO })

/** Names, amounts, ids and times of the sample view, as the page prints them. */
const DATA = [
  'Northwind Coffee',
  'help@northwind.example',
  'buyer@example.com',
  '$1,249.90',
  'USD',
  'Visa',
  'November 22, 2026 at 1:59:07 PM UTC',
  'txn_01jd8x2v9kq7m3f5t8w2n6r4bd',
  'NORTHWIND COFFEE',
  'Field notebook · ORD-2847',
  'ORD-2847',
  'https://pay.example/cs_01jd8x2v9kq7m3f5t8w2n6r4bc',
]
/** Everything of a document that somebody reads or hears. Languages are named in themselves, outside of any text. */
function readable(document: string): string[] {
  const body = document
    .replace(/<(style|script)\b.*?<\/\1>/gs, '')
    // A command to copy is shown as it is.
    .replace(/ data-copy="([^"]*)" title="\1"/g, '')
    .replace(/<details class="languages">.*?<\/details>/gs, (menu) =>
      menu.replace(/<a .*?<\/a>/g, '').replace(/<ul>.*?<\/ul>/s, ''),
    )
    .replace(/<span class="monogram"[^>]*>[^<]*<\/span>/g, '')
  const attributes = [
    ...body.matchAll(/ (?:title|alt|placeholder|label|aria-label|aria-description|data-title)="([^"]*)"/g),
  ].map(([, value = '']) => value)
  return [...attributes, body.replace(/<(?:[^>"]|"[^"]*")*>/g, '').replace(/&#39;/g, "'")]
}

const raw = (document: string) =>
  readable(document)
    .map((text) => rawParts(text, DATA))
    .filter(Boolean)

const views: [string, PageView][] = [
  ...STATES.map((state): [string, PageView] => [state, sampleView(state)]),
  ...DECLINE_GROUPS.map((code): [string, PageView] => [
    `open after ${code}`,
    sampleView('open', { attempt_error: { code } }),
  ]),
  ['open without a frame', sampleView('open', { element: null })],
  [
    'the bank’s own page',
    sampleView('authenticate', {
      action: { kind: 'redirect', url: 'https://cards.example/three_ds/pay_1/act_1' },
    }),
  ],
  ['open, nameless', sampleView('open', { merchant_name: null, support_email: null })],
  ['paid without a way back', sampleView('paid', { redirect_url: null })],
]

test('no state shows a word that is not from the texts', () => {
  for (const [name, view] of views) assert.deepEqual(raw(render(view)), [], name)
})

test('control: English words, a title and a label written into the page are found', () => {
  const page = render(sampleView('open'))
  assert.ok(raw(renderPage(sampleView('open'), options)).length > 5)
  for (const slip of ['<p>Pay now</p>', '<input placeholder="Email">', '<iframe title="Card"></iframe>'])
    assert.equal(raw(page.replace('</main>', `${slip}</main>`)).length, 1, slip)
})

test('what the script says comes from the texts as well', () => {
  const data = /data-page="([^"]*)"/.exec(render(sampleView('open')))?.[1]?.replaceAll('&quot;', '"') ?? ''
  const { texts } = JSON.parse(data) as { texts: object }
  for (const [key, text] of flatten(texts)) assert.match(text, /^⟦.*⟧$/, key)
})

test('no address, header or session leads to the pseudo language', () => {
  for (const name of ['xx-pseudo', 'xx', 'en-XA', 'pseudo', 'qps-ploc']) {
    assert.equal(pickLocale({ query: name, session: name, accept: name }), 'en')
    assert.equal(textsOf(name).texts, TEXTS.en)
  }
  assert.ok(LOCALES.every((locale) => TEXTS[locale] !== PSEUDO))
})
