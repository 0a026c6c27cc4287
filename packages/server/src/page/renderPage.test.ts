import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { loadAssets } from './assets.ts'
import { DECLINE_GROUPS, declineGroup } from './declines.ts'
import { langTag, LOCALES, TEXTS } from './locale.ts'
import { renderPage } from './renderPage.ts'
import { sampleView, STATES } from './testing/sampleView.ts'
import type { PageView } from './view.ts'

const assets = loadAssets()
const nonce = 'AAECAwQFBgcICQoLDA0ODw=='
const render = (view: PageView, locale = 'en') => renderPage(view, { nonce, locale, assets })

const decline = (code: string) => render(sampleView('open', { attempt_error: { code } }))

/** What is on screen: without the states that wait in templates, and without the script's data. */
const shown = (page: string) =>
  page.replace(/<template.*?<\/template>/gs, '').replace(/ data-page="[^"]*"/, '')
const words = (page: string) =>
  shown(page)
    .replace(/<[^>]*>/g, '')
    .replace(/\s+/g, ' ')

test('each state has one heading and a title of its own, in every language and direction', () => {
  for (const locale of LOCALES) {
    const titles = new Set<string>()
    for (const state of STATES) {
      const page = render(sampleView(state), locale)
      assert.equal(shown(page).match(/<h1[ >]/g)?.length, 1, `${locale} ${state}`)
      titles.add(/<title>([^<]+)<\/title>/.exec(page)?.[1] ?? '')
      assert.match(
        page,
        new RegExp(`^<!doctype html>\n<html lang="${langTag(locale)}" dir="${TEXTS[locale].dir}"`),
      )
      assert.doesNotMatch(words(page), /\{\w+\}|\b(undefined|null)\b|\[object/, `${locale} ${state}`)
    }
    assert.equal(titles.size, STATES.length, locale)
  }
  assert.match(render(sampleView('open'), 'ar'), /<html lang="ar" dir="rtl"/)
})

test('hostile values stay text in every state and language', () => {
  const payload = `<img src=x onerror=alert(1)>"'&`
  for (const locale of LOCALES) {
    for (const state of STATES) {
      const view = sampleView(state)
      const page = render(
        {
          ...view,
          merchant_name: payload,
          support_email: payload,
          customer_email: payload,
          description: payload,
          redirect_url: 'javascript:alert(1)',
          attempt_error: { code: payload },
          receipt: view.receipt && {
            ...view.receipt,
            card_brand: payload,
            transaction_id: payload,
            descriptor: payload,
            order_id: payload,
            page_url: payload,
          },
          element: view.element && { ...view.element, frame_url: `https://cards.example/"${payload}` },
        },
        locale,
      )
      assert.doesNotMatch(page, /<img|"'&|javascript:/, `${locale} ${state}`)
    }
  }
})

test('no card number can be typed into our own page', () => {
  for (const state of STATES) {
    const page = render(sampleView(state))
    const inputs = page.match(/<(input|select|textarea)[^>]*>/g) ?? []
    assert.equal(inputs.length, state === 'open' ? 1 : 0)
    assert.doesNotMatch(inputs.join(), /cc-|card|cvc|csc|number/i)
    const frames = shown(page).match(/<iframe/g) ?? []
    assert.equal(frames.length, state === 'open' || state === 'authenticate' ? 1 : 0)
  }
})

test('the card frame is named, may use payment and autofill, and comes from the acquirer', () => {
  const page = render(sampleView('open'), 'de')
  assert.match(
    page,
    /<iframe id="card-frame" title="Kartennummer, Ablaufdatum und Prüfnummer" allow="payment \*; autofill" src="https:\/\/cards\.example\/element\?key=pk_1&amp;session=cs_01" data-origin="https:\/\/cards\.example">/,
  )
})

test('without an acquirer the page says so instead of waiting', () => {
  const page = render(sampleView('open', { element: null }))
  assert.doesNotMatch(shown(page), /<iframe/)
  assert.match(page, /id="frame-help"><p>The card fields did not load/)
  assert.match(render(sampleView('open')), /id="frame-help" hidden>/)
})

test('the page carries its style, and one script beside a few lines that wait for it, all with the nonce', () => {
  for (const state of STATES) {
    const page = render(sampleView(state))
    assert.deepEqual(page.match(/<script[^>]*>/g), [
      `<script nonce="${nonce}">`,
      `<script defer src="${assets.script_path}" integrity="${assets.script_integrity}" nonce="${nonce}">`,
    ])
    assert.deepEqual(page.match(/<style[^>]*>/g), [`<style nonce="${nonce}">`])
    assert.doesNotMatch(page, /<link rel="(stylesheet|preload)/)
    assert.doesNotMatch(page, / style=| on\w+=/)
  }
})

test('without scripts, shop, amount, state and contact can be read', () => {
  const open = words(render(sampleView('open')))
  for (const text of [
    'Pay Northwind Coffee',
    '$1,249.90',
    'Field notebook · ORD-2847',
    'help@northwind.example',
    'turn JavaScript on',
  ]) {
    assert.ok(open.includes(text), text)
  }
  assert.ok(words(render(sampleView('processing'))).includes('do not pay again'))
  assert.ok(words(render(sampleView('expired'))).includes('Nothing was charged'))
})

test('declines that a thief could learn from read the same, byte for byte', () => {
  const generic = decline('card_declined')
  for (const code of ['lost_card', 'stolen_card', 'fraudulent', 'incorrect_number', 'a_code_of_next_year']) {
    assert.equal(decline(code), generic, code)
  }
  assert.equal(decline('invalid_token'), decline('processing_error'))
  const distinct = new Set(DECLINE_GROUPS.map(decline))
  assert.equal(distinct.size, 6)
  assert.ok(DECLINE_GROUPS.every((group) => declineGroup(group) === group))
})

test('a declined attempt is an alert beside the pay button, and the e-mail is kept', () => {
  const page = render(sampleView('open', { attempt_error: { code: 'expired_card' } }))
  assert.match(
    page,
    /role="alert" tabindex="-1" id="alert">.*You have not been charged.*Your card has expired.*\n<button class="button pay"/,
  )
  assert.match(page, /value="buyer@example\.com"/)
  assert.match(render(sampleView('open')), /role="alert" tabindex="-1" id="alert" hidden>/)
})

test('in every language each decline says that nothing was charged, and a payment that may have been does not', () => {
  for (const locale of LOCALES) {
    const { declined, declines, live, processing } = TEXTS[locale]
    // The sentence of the page that asks in the bank's name, without its full stop.
    const claim = declined.not_charged.replace(/[.。]$/, '')
    for (const code of DECLINE_GROUPS) {
      const page = shown(render(sampleView('open', { attempt_error: { code } }), locale))
      assert.ok(page.includes(`<p id="alert-charge">${declined.not_charged}</p>`), `${locale} ${code}`)
      assert.ok(!declines[code].includes(claim), `${locale} ${code} says it twice`)
    }
    for (const text of [live.checking, processing.text])
      assert.ok(!text.includes(claim), `${locale}: ${text}`)
  }
  assert.match(render(sampleView('open')), /<p id="alert-charge" hidden>/)
})

test('the link in a mailed receipt leads to a receipt; the page by itself says that it was paid already', () => {
  for (const locale of LOCALES) {
    const page = shown(render(sampleView('receipt'), locale))
    assert.match(page, new RegExp(`<h1 tabindex="-1">${TEXTS[locale].receipt.heading}</h1>`))
    assert.match(
      page,
      /<p class="lead">[^<]+<time datetime="2026-11-22T13:59:07.000Z" data-local>[^<]+<\/time><\/p>/,
    )
    assert.match(page, /txn_01jd8x2v9kq7m3f5t8w2n6r4bd/)
    assert.ok(!page.includes(TEXTS[locale].already_paid.heading), locale)
  }
  assert.match(words(render(sampleView('already_paid'))), /This has already been paid/)
})

test('the e-mail field says what it is for where receipts are mailed, and only there', () => {
  assert.match(render(sampleView('open')), /Optional, for your receipt/)
  assert.doesNotMatch(render(sampleView('open', { mails_receipt: false })), /for your receipt/)
})

test('only a paid page links to the success address; the others link to the front page', () => {
  const success = 'https://northwind.example/thanks?session=cs_01'
  assert.ok(shown(render(sampleView('paid'))).includes(`href="${success}"`))
  for (const state of ['failed', 'expired'] as const) {
    const page = render(sampleView(state))
    assert.ok(page.includes('href="https://northwind.example"'), state)
    assert.ok(!shown(page).includes(success), state)
  }
  // Below the way back, or alone: the receipt is always there.
  for (const redirect_url of [success, null]) {
    const paid = shown(render(sampleView('paid', { redirect_url })))
    assert.equal(/class="button" href/.test(paid), redirect_url !== null)
    assert.ok(paid.indexOf('class="receipt"') > paid.indexOf('class="button" href'))
  }
})

test('the receipt shows amount, shop, card, time with zone, e-mail and transaction', () => {
  const page = words(render(sampleView('paid')))
  for (const text of [
    '$1,249.90',
    'Northwind Coffee',
    'Field notebook · ORD-2847',
    'Visa •••• 4242',
    'November 22, 2026',
    'UTC',
    'buyer@example.com',
    'txn_01jd8x2v9kq7m3f5t8w2n6r4bd',
    'ORD-2847',
    'NORTHWIND COFFEE',
    'https://pay.example/cs_01jd8x2v9kq7m3f5t8w2n6r4bc',
  ]) {
    assert.ok(page.includes(text), text)
  }
})

test('what is bought has a line under the amount and on every end but the unknown, or none at all', () => {
  const line = '<p class="bought" dir="auto">Field notebook · ORD-2847</p>'
  for (const state of STATES) {
    const known = state !== 'unknown' && state !== 'authenticate'
    assert.equal(shown(render(sampleView(state))).split(line).length, known ? 2 : 1, state)
    for (const description of [null, '\u200e'])
      assert.doesNotMatch(render(sampleView(state, { description })), /class="bought"/)
  }
  const open = render(sampleView('open'))
  assert.ok(
    open.indexOf('class="amount"') < open.indexOf(line) && open.indexOf(line) < open.indexOf('</header>'),
  )
  assert.match(render(sampleView('open', { description: 'a\u202eb' })), /dir="auto">ab</)
})

test('test mode is marked, with a card to try; live mode shows neither', () => {
  const live = render(sampleView('open', { livemode: true }))
  assert.doesNotMatch(live, /4242|Test mode/)
  assert.match(
    render(sampleView('open')),
    /<a class="to-panel" href="#test-panel">.*Test mode.*data-fill="visa"/s,
  )
})

test('the panel of test mode fills in what the acquirer can, and is in no page of live mode', () => {
  const page = render(sampleView('open'))
  const fills = [...page.matchAll(/data-fill="(\w+)"/g)].map(([, name]) => name)
  assert.equal(fills.length, 6)
  const { element } = sampleView('open')
  assert.ok(element)
  const fewer = render(sampleView('open', { element: { ...element, test_cards: ['visa'] } }))
  assert.equal(fewer.match(/data-fill=/g)?.length, 1)
  for (const state of STATES) {
    const live = render(sampleView(state, { livemode: true }))
    assert.doesNotMatch(
      live.replace(/<style.*?<\/style>/s, ''),
      /test-panel|test-fill|test-expire|data-fill|data-copy|•••• 0002/,
      state,
    )
  }
})

test('names of any script and length keep the page whole', () => {
  const arabic = render(sampleView('open', { merchant_name: 'متجر القهوة' }))
  assert.match(arabic, /<bdi>متجر القهوة<\/bdi>/)
  // A family emoji is one letter of seven code points: half of it would print a broken character.
  assert.match(
    render(sampleView('open', { merchant_name: '👨‍👩‍👧‍👦 Shop' })),
    /aria-hidden="true">👨‍👩‍👧‍👦<\/span>/,
  )
  assert.match(render(sampleView('open', { merchant_name: '  ' })), /Pay <bdi>the shop<\/bdi>/)
})

test('a page is at most 40 KB, and with its script 20 KB on the wire', () => {
  for (const locale of LOCALES) {
    const page = render(sampleView('open', { attempt_error: { code: 'card_declined' } }), locale)
    assert.ok(Buffer.byteLength(page) <= 40 * 1024, `${locale}: ${Buffer.byteLength(page)}`)
    const wire = [page, assets.script_body].map((body) => gzipSync(body).length)
    assert.ok(wire.reduce((sum, size) => sum + size) <= 20 * 1024, `${locale}: ${wire.join(' + ')}`)
  }
})
