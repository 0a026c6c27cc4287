/**
 * What merchants and customers write stays text. The page's policy is off here, so that escaping has to do it alone; a
 * page that prints its fields as they are is the control, first without the policy and then with it.
 */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { loadAssets } from '../../packages/server/src/page/assets.ts'
import { renderPage } from '../../packages/server/src/page/renderPage.ts'
import { pageHeaders } from '../../packages/server/src/page/securityHeaders.ts'
import { sampleView } from '../../packages/server/src/page/testing/sampleView.ts'
import type { PageView } from '../../packages/server/src/page/view.ts'
import { openBrowser } from '../support/browser.ts'
import { PAYLOADS } from './payloads.ts'

const STATES = ['open', 'authenticate', 'already_paid', 'expired'] as const
const nonce = 'AAECAwQFBgcICQoLDA0ODw=='
const assets = loadAssets()

/** Every text that a stranger can have put on the page, as this one. */
function withText(state: PageView['state'], text: string): PageView {
  const view = sampleView(state, { livemode: true })
  const replaced = Object.fromEntries(
    Object.entries(view).map(([name, value]) => [name, STRANGERS.has(name) ? text : value]),
  )
  return {
    ...view,
    ...replaced,
    ...(view.receipt && {
      receipt: { ...view.receipt, card_brand: text, transaction_id: text, order_id: text, descriptor: text },
    }),
    ...(view.element && { element: { ...view.element, frame_url: `https://cards.example/?${text}` } }),
    brand: {
      logo: null,
      brand_color: '#1f6b4f',
      button_color: null,
      support_url: text,
      support_phone: text,
      terms_url: text,
      privacy_url: text,
    },
    ...(view.action && { action: { kind: 'redirect', url: text } }),
  }
}
const STRANGERS = new Set([
  'merchant_name',
  'support_email',
  'customer_email',
  'redirect_url',
  'description',
  'statement_descriptor',
])

let browser: Browser
let page: Page
let shown = { html: '', headers: {} as Record<string, string> }
const server = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...shown.headers }).end(shown.html)
})
before(async () => {
  browser = await openBrowser()
  server.listen(0, '127.0.0.1')
  page = await browser.newPage()
  await page.addInitScript("window.alert = () => { document.documentElement.dataset.fired = '' }")
  const { port } = server.address() as AddressInfo
  const own = `http://127.0.0.1:${port}/`
  // Nothing but the document: frames, script and style are no part of this.
  await page.route('**', (route) => (route.request().url() === own ? route.continue() : route.abort()))
  url = own
  // The place of what is written into it: a document of no policy, whose window reports.
  await page.goto(url)
})
after(async () => {
  await browser?.close()
  server.closeAllConnections()
  server.close()
})
let url = ''

/** Loads a document and says whether anything ran. */
async function runs(html: string, headers?: Record<string, string>): Promise<boolean> {
  if (headers) {
    shown = { html, headers }
    await page.goto(url, { waitUntil: 'load' })
  } else await page.setContent(html, { waitUntil: 'load' })
  return await page.evaluate<boolean>("'fired' in document.documentElement.dataset")
}

type Made = { shape: string; programs: string[] }

/** What a document is made of, and which of its addresses are programs. Nothing is loaded or run for it. */
async function madeOf(html: string): Promise<Made> {
  return await page.evaluate<Made>(`{
    const document = new DOMParser().parseFromString(${JSON.stringify(html)}, 'text/html');
    ({ shape: [...document.querySelectorAll('*'), ...[...document.querySelectorAll('template')].flatMap((t) => [...t.content.querySelectorAll('*')])]
      .map((e) => e.tagName + '[' + e.getAttributeNames().join() + ']').join(' '),
    programs: [...document.querySelectorAll('[href],[src],[action],[formaction],[data]')]
      .flatMap((e) => ['href', 'src', 'action', 'formaction', 'data'].map((name) => e[name]))
      .filter((value) => typeof value === 'string' && /^(javascript|vbscript|data:text)/i.test(value)) })
  }`)
}

const render = (state: PageView['state'], text: string) =>
  renderPage(withText(state, text), { nonce, locale: 'en', assets })

test('there are at least 200 payloads, all different', () => {
  assert.ok(new Set(PAYLOADS).size >= 200, String(new Set(PAYLOADS).size))
})

for (const state of STATES) {
  test(`${state}: no payload becomes an element, an attribute, or an address that is a program`, async () => {
    // With a way to the shop and links to its policies, without the latter where anybody could read along, and with
    // neither where the text is no web address.
    const bases = [
      await madeOf(render(state, 'https://plain.example/')),
      await madeOf(render(state, 'http://plain.example/')),
      await madeOf(render(state, 'plain')),
    ]
    const shapes = bases.map(({ shape }) => shape)
    for (const payload of PAYLOADS) {
      const made = await madeOf(render(state, payload))
      assert.ok(shapes.includes(made.shape), `${payload}\n${made.shape}`)
      assert.deepEqual(made.programs, [], payload)
    }
  })
}

test('no payload runs', async () => {
  for (const [index, payload] of PAYLOADS.entries()) {
    const state = STATES[index % 2 === 0 ? 0 : 2] ?? 'open'
    assert.equal(await runs(render(state, payload)), false, payload)
  }
})

test('the control prints its fields as they are: there payloads run, unless the policy is on', async () => {
  const naive = (payload: string) => render('already_paid', 'XMARKX').replaceAll('XMARKX', payload)
  const headers = pageHeaders({ nonce, acquirerOrigin: null })
  const some = PAYLOADS.filter((_, index) => index % 6 === 0)
  let ran = 0
  await runs('', {})
  for (const payload of some) if (await runs(naive(payload))) ran += 1
  for (const payload of some) assert.equal(await runs(naive(payload), headers), false, payload)
  assert.ok(ran > 12, `${ran} of ${some.length} ran`)
})
