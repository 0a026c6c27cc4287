import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadAssets } from '../assets.ts'
import { LOCALES, TEXTS } from '../locale.ts'
import { renderPage } from '../renderPage.ts'
import { sampleView, STATES } from '../testing/sampleView.ts'
import type { PageBrand, PageView } from '../view.ts'
import { NO_BRANDING } from '../../merchants/branding/branding.ts'
import { withBrand } from './withBrand.ts'

const assets = loadAssets()
const nonce = 'AAECAwQFBgcICQoLDA0ODw=='
const BRAND: PageBrand = {
  logo: { path: '/_page/logo/3f1c.png', width: 384, height: 192, fades_on: 'dark' },
  brand_color: '#1f6b4f',
  button_color: '#ff6600',
  support_url: 'https://help.northwind.example/a?b=1&c=2',
  support_phone: '+49 (30) 123-4567',
  terms_url: 'https://northwind.example/terms',
  privacy_url: 'https://northwind.example/privacy',
}
const render = (state: PageView['state'], changes: Partial<PageView> = {}, locale = 'en') =>
  renderPage(sampleView(state, { brand: BRAND, ...changes }), { nonce, locale, assets })
const shown = (page: string) => page.replace(/<template.*?<\/template>/gs, '')
const trust = (page: string) => /<div class="trust">.*?<\/div>/s.exec(shown(page))?.[0] ?? ''

test('contact, terms, privacy and what the statement will say, in every language', () => {
  for (const locale of LOCALES) {
    const block = trust(render('open', {}, locale))
    for (const part of [
      '<a href="mailto:help@northwind.example" dir="ltr">help@northwind.example</a>',
      '<a href="https://help.northwind.example/a?b=1&amp;c=2" target="_blank" rel="noopener" dir="ltr">help.northwind.example</a>',
      '<a href="tel:+49301234567" dir="ltr">+49 (30) 123-4567</a>',
      `<a href="https://northwind.example/terms" target="_blank" rel="noopener">${TEXTS[locale].terms_link}</a>`,
      `<a href="https://northwind.example/privacy" target="_blank" rel="noopener">${TEXTS[locale].privacy_link}</a>`,
      '<bdi dir="ltr">NORTHWIND COFFEE</bdi>',
    ])
      assert.ok(block.includes(part), `${locale}: ${part}\n${block}`)
  }
})

test('the statement is told before the payment and stands on the receipt after it; where nothing is charged, nowhere', () => {
  for (const state of STATES) {
    const page = shown(render(state))
    const count = page.match(/NORTHWIND COFFEE/g)?.length ?? 0
    assert.equal(count, ['failed', 'expired', 'unknown'].includes(state) ? 0 : 1, state)
  }
  assert.match(render('paid'), /<dt>On your statement<\/dt><dd><bdi>NORTHWIND COFFEE<\/bdi><\/dd>/)
})

test('the way back before paying leads to the merchant’s own site, never to a helpdesk or a host of policies', () => {
  const back = (brand: Partial<PageBrand>, changes: Partial<PageView> = {}) =>
    /<a class="to-shop" href="([^"]*)">/.exec(
      render('open', { brand: { ...BRAND, ...brand }, ...changes }),
    )?.[1]
  const shop = 'https://northwind.example'
  assert.equal(back({ support_url: `${shop}/help?a=1` }), shop)
  assert.equal(back({ support_url: `${shop}/help`, terms_url: null }), shop)
  assert.equal(back({}), undefined, 'help.northwind.example is another host')
  assert.equal(back({ support_url: null }), undefined)
  assert.equal(
    back({ support_url: shop, terms_url: 'https://policies.example', privacy_url: null }),
    undefined,
  )
  const insecure = { support_url: 'http://a.example/help', terms_url: 'http://a.example/terms' }
  assert.equal(back(insecure), 'http://a.example')
  assert.equal(back(insecure, { livemode: true }), undefined)
  const odd = { support_url: 'javascript:alert(1)', terms_url: 'javascript:alert(1)' }
  assert.equal(back(odd), undefined)
  // Who pays is not led to where only paid customers belong.
  assert.equal(back({ support_url: null }, { redirect_url: `${shop}/thanks` }), undefined)
})

test('live pages lead nowhere without https, and no page to what is no web address', () => {
  const plain = {
    support_url: 'http://a.example',
    terms_url: 'http://b.example',
    privacy_url: 'http://c.example',
  }
  assert.equal(trust(render('open', { brand: { ...BRAND, ...plain } })).match(/http:/g)?.length, 3)
  assert.doesNotMatch(render('open', { livemode: true, brand: { ...BRAND, ...plain } }), /http:\/\/[abc]/)
  for (const livemode of [true, false])
    for (const url of [
      'javascript:alert(1)',
      'data:text/html,<script>',
      'vbscript:x',
      'file:///etc/passwd',
      '//x',
      '',
    ]) {
      const brand = { ...BRAND, support_url: url, terms_url: url, privacy_url: url }
      const block = trust(render('open', { livemode, brand }))
      assert.deepEqual(
        [...block.matchAll(/href="([^":]*)/g)].map(([, scheme]) => scheme),
        ['mailto', 'tel'],
      )
    }
})

test('the logo stands where the monogram was, on a plate in the theme that would swallow it', () => {
  const page = shown(render('open'))
  assert.match(
    page,
    /<img class="logo fades-on-dark" src="\/_page\/logo\/3f1c\.png" width="384" height="192" alt="">/,
  )
  assert.doesNotMatch(page, /class="monogram"/)
  assert.match(shown(render('paid')), /<p class="shop"><img class="logo/)
  assert.match(shown(render('open', { brand: { ...BRAND, logo: null } })), /class="monogram"/)
})

test('the colours are one style with the nonce, after that of the page; without colours there is none', () => {
  const page = render('open')
  assert.ok(page.includes(`</style>\n<style nonce="${nonce}">:root{--brand:#1f6b4f;`))
  assert.equal(page.match(/<style/g)?.length, 2)
  const plain = { ...BRAND, brand_color: null, button_color: null }
  assert.equal(render('open', { brand: plain }).match(/<style/g)?.length, 1)
  assert.ok(Buffer.byteLength(page) <= 40 * 1024)
})

test('a merchant that has set nothing looks as before, and its owner answers', () => {
  const view = sampleView('open', { statement_descriptor: null })
  assert.deepEqual(withBrand(view, NO_BRANDING), {
    ...view,
    statement_descriptor: 'SKIRO',
    brand: { ...BRAND, ...Object.fromEntries(Object.keys(BRAND).map((name) => [name, null])) },
  })
  // With any contact of its own, the owner's address is not given out.
  const phone = withBrand(view, { ...NO_BRANDING, support_phone: '+49 30 1234567' })
  assert.equal(phone.support_email, null)
  assert.equal(withBrand(view, { ...NO_BRANDING, display_name: 'Beans' }).merchant_name, 'Beans')
  const named = withBrand(view, { ...NO_BRANDING, statement_descriptor: 'LAMP CO BERLIN' })
  assert.equal(named.statement_descriptor, 'LAMP CO BERLIN')
})

test('a name from before names were checked is shown without what cannot be seen', () => {
  const page = render('open', { merchant_name: 'Lamp\u202e\u0000\u2067 & \u200bCo' })
  assert.match(page, /<bdi>Lamp &amp; Co<\/bdi>/)
  for (const hidden of ['\0', '\u202e', '\u2067', '\u200b']) assert.ok(!page.includes(hidden))
})
