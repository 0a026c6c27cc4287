import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Browser, chromium, type Page } from 'playwright-core'
import { loadAssets } from './assets.ts'
import { LOCALES } from './locale.ts'
import { renderPage } from './renderPage.ts'
import { startBench } from './testing/bench.ts'
import { PSEUDO, rawParts } from './testing/pseudo.ts'
import { sampleView, STATES } from './testing/sampleView.ts'

const executablePath = process.env.CHROMIUM_BIN ?? '/usr/bin/chromium'
const args = ['--no-sandbox', '--disable-quic', '--disable-background-networking', '--no-first-run']

let browser: Browser
let bench: Awaited<ReturnType<typeof startBench>>

before(async () => {
  browser = await chromium.launch({ executablePath, args })
  bench = await startBench()
})
after(async () => {
  await browser.close()
  await bench.close()
})

async function withPage(
  options: { width?: number; javaScriptEnabled?: boolean; bypassCSP?: boolean },
  use: (page: Page) => Promise<void>,
): Promise<void> {
  const { width = 360, ...rest } = options
  const context = await browser.newContext({ viewport: { width, height: 640 }, baseURL: bench.url, ...rest })
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  try {
    await use(page)
  } finally {
    await context.close()
  }
}

const options = { nonce: 'AAECAwQFBgcICQoLDA0ODw==', assets: loadAssets() }

/** Lets three seconds pass in the page, in steps, so that its questions are answered in between. */
async function pass(page: Page): Promise<void> {
  for (let step = 0; step < 6; step++) {
    await page.clock.runFor(500)
    await page.waitForTimeout(15)
  }
}

/**
 * Puts one document after the other into the page that is there, as a load for each would take ten times as long, and
 * returns what is too wide: the page itself, or a button or label whose words do not fit into it.
 */
const TOO_WIDE = `(documents) => documents.flatMap(([name, text]) => {
  const { documentElement, body } = new DOMParser().parseFromString(text, 'text/html')
  document.documentElement.lang = documentElement.lang
  document.documentElement.dir = documentElement.dir
  document.body.replaceWith(document.adoptNode(body))
  return [document.documentElement, ...document.querySelectorAll('button, .button, summary, label')]
    .filter((element) => element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== 'inline')
    .map((element) => name + ': ' + element.tagName + element.className)
})`

test('every language fits 320 pixels in every state', async () => {
  const documents = STATES.flatMap((state) =>
    LOCALES.map((locale) => {
      // Without its frame the open page shows a button more, and asks nobody for the frame.
      const view = sampleView(state, { element: null })
      return [`${state} ${locale}`, renderPage(view, { ...options, locale })]
    }),
  )
  const wide = [['control', '<body><button style="display: block; width: 400px">Pay</button>']]
  await withPage({ width: 320, javaScriptEnabled: false, bypassCSP: true }, async (page) => {
    await page.goto(bench.url)
    const found = await page.evaluate(`(${TOO_WIDE})(${JSON.stringify([...documents, ...wide])})`)
    assert.deepEqual(found, ['control: HTML'])
  })
})

/** Whether the characters of an element stand from left to right on the screen, in the order of its text. */
const leftToRight = (selector: string) => `[...document.querySelectorAll('${selector}')].every((element) => {
  const node = document.createTreeWalker(element, NodeFilter.SHOW_TEXT).nextNode()
  const range = document.createRange()
  let last = -Infinity
  return [...node.data].every((_, at) => {
    range.setStart(node, at)
    range.setEnd(node, at + 1)
    const { left, width } = range.getBoundingClientRect()
    const goes_on = left >= last || width === 0
    last = left
    return goes_on
  })
})`

test('in right-to-left languages amounts, card, ids and addresses stay from left to right', async () => {
  await withPage({ javaScriptEnabled: false }, async (page) => {
    for (const locale of ['ar', 'he', 'fa']) {
      bench.locale = locale
      bench.state = 'open'
      await page.goto(bench.url)
      for (const selector of ['.amount bdi', '#pay bdi', '.fill bdi', '.contact a'])
        assert.ok(await page.evaluate(leftToRight(selector)), `${locale} ${selector}`)
      // Control: a sentence of the page does not.
      assert.equal(await page.evaluate(leftToRight('.note')), false)
      bench.state = 'paid'
      await page.goto(bench.url)
      for (const selector of ['.lead bdi[dir="ltr"]', '.receipt bdi[dir="ltr"]'])
        assert.ok(await page.evaluate(leftToRight(selector)), `${locale} ${selector}`)
      assert.match(await page.locator('.receipt').innerText(), /•••• 4242/)
    }
  })
})

describe('the menu of languages', () => {
  before(() => {
    bench.state = 'open'
    bench.locale = 'de'
  })

  for (const javaScriptEnabled of [false, true]) {
    test(`opens by keyboard ${javaScriptEnabled ? 'with' : 'without'} scripts, in view, with targets of 44 px`, async () => {
      await withPage({ javaScriptEnabled }, async (page) => {
        await page.goto(bench.url)
        const links = page.locator('.languages a')
        assert.equal(await links.first().isVisible(), false)
        await page.locator('.languages summary').focus()
        await page.keyboard.press('Enter')
        await links.first().waitFor()
        const { height = 0, y = 0 } = (await page.locator('.languages nav').boundingBox()) ?? {}
        assert.ok(y >= 0 && y + height <= 640 && height <= 0.76 * 640, `${y} ${height}`)
        for (const target of [page.locator('.languages summary'), ...(await links.all())])
          assert.ok(((await target.boundingBox())?.height ?? 0) >= 44)
        await page.keyboard.press('Tab')
        await page.keyboard.press('Tab')
        await page.keyboard.press('Enter')
        await page.waitForURL('**/*?locale=de')
      })
    })
  }

  test('closes by Escape and when the reader goes on elsewhere, so that it hides nothing', async () => {
    await withPage({}, async (page) => {
      await page.goto(bench.url)
      const summary = page.locator('.languages summary')
      const open = page.locator('.languages[open]')
      await summary.click()
      await page.keyboard.press('Tab')
      await page.keyboard.press('Escape')
      assert.equal(await open.count(), 0)
      assert.equal(await page.evaluate('document.activeElement.tagName'), 'SUMMARY')
      await summary.click()
      await page.locator('#email').focus()
      assert.equal(await open.count(), 0)
    })
  })
})

test('a payment in the pseudo language shows and says nothing raw, whatever happens', async () => {
  bench.state = 'open'
  bench.locale = 'en'
  bench.texts = PSEUDO
  const data = ['Northwind Coffee', 'help@northwind.example', 'buyer@example.com', '$1,249.90', 'USD', 'Visa']
  const ids = [
    '4242',
    'txn_01jd8x2v9kq7m3f5t8w2n6r4bd',
    'NORTHWIND COFFEE',
    'ORD-2847',
    'Field notebook · ORD-2847',
  ]
  // All that is shown or said: text, title and attributes, without languages, the shop's letter, and local times.
  const READABLE = `(() => {
    const page = document.cloneNode(true)
    for (const own of page.querySelectorAll('.languages ul, .monogram, time, template, noscript')) own.remove()
    const named = [...page.querySelectorAll('[title], [alt], [placeholder], [aria-label]')].flatMap((element) =>
      ['title', 'alt', 'placeholder', 'aria-label'].map((name) => element.getAttribute(name) ?? '')
        // A command to copy is shown as it is.
        .filter((text) => text !== element.dataset.copy))
    return [page.title, page.body.textContent, ...named]
  })()`
  await withPage({}, async (page) => {
    const check = async (moment: string, seen: RegExp) => {
      const texts = await page.evaluate<string[]>(READABLE)
      assert.match(texts.join('\n'), seen, moment)
      for (const text of texts) assert.equal(rawParts(text, [...data, ...ids]), '', moment)
    }
    await page.clock.install()
    bench.changes = { expires_at: new Date(Date.now() + 200_000).toISOString() }
    await page.goto(bench.url)
    await page.locator('#pay:enabled').waitFor()
    await page.locator('#countdown').waitFor()
    await check('countdown', /⟦Thîš pàgé éxpîréš îñ 3:\d\d~+⟧/)
    bench.changes = { expires_at: new Date(Date.now() + 900_000).toISOString() }
    await page.locator('#more-time').click()
    await page.locator('#status', { hasText: 'mõré tîmé' }).waitFor({ state: 'attached' })
    await check('more time', /⟦Ýõü hàvé mõré tîmé ñõw/)
    await page.locator('#email').fill('no address')
    await page.locator('#pay').click()
    await page.locator('#email-error').waitFor()
    await check('wrong address', /⟦Éñtér à çõmplété émàîl/)
    await page.locator('#email').fill('a@b.example')
    bench.onPay = () => ({ status: 'declined', failure_code: 'insufficient_funds' })
    await page.locator('#pay').click()
    await page.locator('#alert').waitFor()
    await check('declined', /⟦Ýõür çàrd dõéš ñõt hàvé éñõügh/)
    bench.onPay = () => {
      bench.state = 'authenticate'
      return { status: 'authenticate', action: { kind: 'frame', url: bench.bank_url } }
    }
    await page.locator('#pay').click()
    await page.locator('#challenge-frame').waitFor()
    await check('the bank asks', /⟦Ýõür bàñk àškš whéthér ît îš ýõü/)
    bench.onBank = () => {
      bench.state = 'open'
      return { status: 'declined', failure_code: 'authentication_failed' }
    }
    await page.locator('#challenge-cancel').click()
    await page.locator('#pay:enabled').waitFor()
    await check('given up', /⟦/)
    bench.onPay = () => null
    await page.locator('#pay').click()
    await page.locator('#pay[aria-busy=true]').waitFor()
    await page.locator('#alert').waitFor()
    await check('lost answer', /⟦Wé çõüld ñõt réàçh/)
    bench.state = 'processing'
    await pass(page)
    await page.locator('.lead').waitFor()
    await check('processing', /⟦Pléàšé dõ ñõt pàý àgàîñ/)
    bench.state = 'paid'
    await pass(page)
    await page.locator('.confirming').waitFor()
    await check('confirming', /⟦Cõñfîrmîñg wîth Northwind Coffee…~+⟧/)
  })
})
