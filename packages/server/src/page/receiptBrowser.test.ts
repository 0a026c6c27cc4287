/** The receipt in a real browser: on paper, and its buttons. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { contrast, type Hex } from '../lib/color.ts'
import { TEXTS } from './locale.ts'
import { receiptMail } from './receiptMail.ts'
import { type Bench, inBrowser } from '../../../../test/page/inBrowser.ts'
import { sampleView } from './testing/sampleView.ts'
import type { PageBrand, PageView } from './view.ts'

const RECEIPT = sampleView('paid').receipt
const PAGE_URL = RECEIPT?.page_url
const NO_BRAND: PageBrand = {
  logo: null,
  brand_color: null,
  button_color: null,
  support_url: null,
  support_phone: null,
  terms_url: null,
  privacy_url: null,
}

let browser: Browser
let bench: Bench
let page: Page
inBrowser(async (own_bench, own_page, own_browser) => {
  browser = own_browser
  bench = own_bench
  page = own_page
  bench.state = 'paid'
})

const colours = (selector: string) =>
  page.evaluate<[string, string]>(`(() => {
    const { color, backgroundColor } = getComputedStyle(document.querySelector('${selector}'))
    return [color, backgroundColor]
  })()`)
const pagesOf = (pdf: Buffer) => pdf.toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g)?.length

test('on paper it is black on white in either theme, without buttons and menus, with its address', async () => {
  const screen: unknown[] = []
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ media: 'screen', colorScheme })
    await page.goto(bench.url)
    screen.push(await colours('.panel'))
    assert.ok(await page.locator('.printed').isHidden())
    assert.ok(await page.locator('#print').isVisible())
    await page.emulateMedia({ media: 'print', colorScheme })
    assert.deepEqual(await colours('.panel'), ['rgb(0, 0, 0)', 'rgb(255, 255, 255)'])
    assert.deepEqual(await colours('body'), ['rgb(0, 0, 0)', 'rgb(255, 255, 255)'])
    assert.equal((await colours('.receipt div:first-child dt'))[0], 'rgb(0, 0, 0)')
    for (const gone of ['#print', '#send-receipt', '.panel > a.button', 'footer', '.mark'])
      assert.ok(await page.locator(gone).first().isHidden(), gone)
    assert.equal(await page.locator('.printed').innerText(), PAGE_URL)
    assert.equal(await page.locator('.bought').innerText(), 'Field notebook · ORD-2847')
    assert.match(await page.locator('.receipt').innerText(), /txn_01jd8x2v9kq7m3f5t8w2n6r4bd/)
  }
  // The control: on screen the themes differ.
  assert.notDeepEqual(screen[0], screen[1])
})

test('it is one sheet of A4 and of Letter in either direction, with names as long as they get', async () => {
  const long = 'Donaudampfschifffahrtsgesellschaftskapitänsmützengeschäft '.repeat(4).trim()
  for (const locale of ['de', 'ar']) {
    bench.locale = locale
    const customer_email = `${'a'.repeat(60)}@${'b'.repeat(60)}.example`
    bench.changes = { merchant_name: long.slice(0, 100), customer_email, description: long.slice(0, 200) }
    await page.goto(bench.url)
    for (const format of ['A4', 'Letter'])
      assert.equal(pagesOf(await page.pdf({ format })), 1, `${locale} ${format}`)
  }
  // The control: pages are counted right.
  await page.evaluate("document.querySelector('main').style.height = '3000px'")
  assert.ok((pagesOf(await page.pdf({ format: 'A4' })) ?? 0) > 1)
})

test('the button prints', async () => {
  await page.addInitScript('window.print = () => { window.printed = true }')
  await page.goto(bench.url)
  await page.getByRole('button', { name: 'Print' }).click()
  assert.equal(await page.evaluate('window.printed'), true)
})

test('the mail is asked for in the language of the page, by this page, once per press', async () => {
  bench.locale = 'de'
  await page.goto(bench.url)
  await page.locator('#send-receipt').dblclick()
  const said = TEXTS.de.paid.receipt.sent.replace('{email}', 'buyer@example.com')
  await page.locator('#receipt-sent').getByText(said).waitFor()
  assert.equal(await page.locator('#status').textContent(), said)
  assert.ok(bench.receipts.length <= 2)
  const [asked] = bench.receipts
  assert.match(asked?.url ?? '', /^\/cs_\w+\/receipt\?locale=de$/)
  assert.equal(asked?.headers['x-skiro-page'], '1')
  assert.equal(asked?.headers.origin, new URL(bench.url).origin)
  assert.ok(await page.locator('#send-receipt').isVisible())
})

test('where no address was entered the receipt asks for one, and checks it before anything is sent', async () => {
  assert.ok(RECEIPT)
  bench.changes = { customer_email: null, receipt: { ...RECEIPT, can_mail: false, asks_address: true } }
  await page.goto(bench.url)
  const field = page.getByLabel('Email')
  const error = page.locator('#receipt-email-error')
  for (const wrong of ['', 'no address', 'two@example.com, other@example.com']) {
    await field.fill(wrong)
    await page.locator('#send-receipt').click()
    await error.waitFor()
    assert.equal(await page.evaluate('document.activeElement.id'), 'receipt-email')
  }
  assert.equal(bench.receipts.length, 0)
  await field.fill('late@buyer.example')
  assert.ok(await error.isHidden())
  await field.press('Enter')
  await page.getByText('The receipt is on its way to late@buyer.example.').first().waitFor()
  assert.equal(bench.receipts.length, 1)
  assert.deepEqual(bench.receipts[0]?.body, { email: 'late@buyer.example' })
  assert.equal(await field.count(), 0)
  assert.equal(await page.evaluate('document.activeElement.id'), 'send-receipt')
  await page.locator('#send-receipt').click()
  await page.locator('#send-receipt[aria-busy=false]').waitFor()
  assert.deepEqual(bench.receipts[1]?.body, {}, 'the address is known by then')
})

test('after the last one the button goes, and the keyboard stays on the page', async () => {
  bench.onReceipt = () => ({ status: 'sent', again: false })
  await page.goto(bench.url)
  await page.locator('#send-receipt').press('Enter')
  await page.locator('#receipt-sent').waitFor()
  assert.ok(await page.locator('#send-receipt').isHidden())
  assert.equal(await page.evaluate('document.activeElement.id'), 'print')
})

test('what went wrong is said, and a later success takes its place', async () => {
  bench.onReceipt = () => null
  await page.goto(bench.url)
  await page.locator('#send-receipt').click()
  await page.locator('#receipt-failed').waitFor()
  assert.match((await page.locator('#status').textContent()) ?? '', /could not be sent/)
  bench.onReceipt = () => ({ status: 'sent', again: true })
  await page.locator('#send-receipt').click()
  await page.locator('#receipt-sent').waitFor()
  assert.ok(await page.locator('#receipt-failed').isHidden())
})

test('the mail fits a phone, frames of mail programs included, in either direction, with names as long as they get', async () => {
  const long = 'Donaudampfschifffahrtsgesellschaftskapitänsmützengeschäft'
  assert.ok(RECEIPT)
  const changes = {
    merchant_name: long,
    customer_email: `${'a'.repeat(60)}@${'b'.repeat(60)}.example`,
    support_email: `${'help.'.repeat(12)}me@northwind.example`,
    receipt: { ...RECEIPT, order_id: 'ORD-5035B22B00875A9A45EC'.repeat(3) },
  }
  const width = () => page.evaluate<number>('document.documentElement.scrollWidth')
  for (const locale of ['en', 'de', 'ar']) {
    for (const own of [{}, changes]) {
      const { html = '' } = receiptMail(sampleView('paid', own), locale) ?? {}
      for (const size of [320, 280]) {
        await page.setViewportSize({ width: size, height: 640 })
        await page.setContent(html)
        assert.equal(await width(), size, `${locale} ${size}`)
        // Nothing hangs out of the white card either, which no scroll bar would tell.
        const out = await page.evaluate<string[]>(`(() => {
          const card = document.querySelector('body > div').getBoundingClientRect()
          return [...document.querySelectorAll('table, a, bdi, time')].filter((element) => {
            const { left, right } = element.getBoundingClientRect()
            return left < card.left || right > card.right
          }).map((element) => element.outerHTML)
        })()`)
        assert.deepEqual(out, [], `${locale} ${size}`)
      }
      // The control: without leave to break it does not fit.
      await page.setContent(
        html.replaceAll(/overflow-wrap:anywhere;word-break:break-word|table-layout:fixed/g, ''),
      )
      if (own === changes) assert.ok((await width()) > 280)
    }
  }
})

test('the button of the mail is in the merchant’s colour, and can be read whatever that is', () => {
  const brand = sampleView('paid', {
    brand: { ...NO_BRAND, brand_color: '#1f6b4f' },
  })
  const style = (view: PageView) =>
    /<a href="[^"]*" style="([^"]*)"/.exec(receiptMail(view, 'en')?.html ?? '')?.[1]
  assert.match(style(brand) ?? '', /background:#1f6b4f;color:#ffffff/)
  assert.match(style(sampleView('paid')) ?? '', /background:#374fd5;color:#ffffff/)
  for (const button_color of ['#ffffff', '#000000', '#ffe100', '#8a8a8a', '#ff00aa']) {
    const found =
      style(sampleView('paid', { brand: { ...NO_BRAND, brand_color: '#1f6b4f', button_color } })) ?? ''
    const [, edge, ground, text] = /solid (#\w+);.*background:(#\w+);color:(#\w+)/.exec(found) ?? []
    assert.equal(ground, button_color)
    assert.ok(contrast(text as Hex, ground as Hex) >= 4.5, found)
    assert.ok(contrast(edge as Hex, '#ffffff') >= 3, found)
  }
})

test('where no mail can be sent there is no button for it; without scripts there are no buttons', async () => {
  assert.ok(RECEIPT)
  bench.changes = { receipt: { ...RECEIPT, can_mail: false } }
  await page.goto(bench.url)
  assert.equal(await page.locator('#send-receipt').count(), 0)
  assert.ok(await page.locator('#print').isVisible())
  const context = await browser.newContext({ javaScriptEnabled: false })
  const plain = await context.newPage()
  await plain.goto(bench.url)
  assert.ok(await plain.locator('#print').isHidden())
  assert.ok(await plain.getByText('NORTHWIND COFFEE', { exact: true }).isVisible())
  await context.close()
})
