import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import { type Browser, chromium, type FrameLocator, type Page } from 'playwright-core'
import { startElementHost } from './elementHost.ts'
import { fieldsOf } from './fields.ts'
import { startTestAcquirer } from './harness.ts'
import { TEXTS, textsOf } from './texts/textsOf.ts'

/** Debian's browser, or the one that CHROMIUM_BIN names. */
const executablePath = process.env['CHROMIUM_BIN'] ?? '/usr/bin/chromium'
const args = ['--no-sandbox', '--disable-quic', '--disable-background-networking']

/** What the tests touch of an element inside the browser. */
type InPage = {
  readonly selectionStart: number
  setSelectionRange(from: number, to: number): void
  readonly ownerDocument: {
    readonly activeElement: unknown
    readonly defaultView: {
      postMessage(message: object, origin: string): void
      getComputedStyle(element: unknown): Record<'color' | 'fontSize' | 'direction', string>
    }
  }
}

describe('card fields in a browser', () => {
  let acquirer: Awaited<ReturnType<typeof startTestAcquirer>>
  let browser: Browser
  let host: Awaited<ReturnType<typeof startElementHost>>
  let page: Page
  let card: FrameLocator
  const problems: string[] = []

  before(async () => {
    acquirer = await startTestAcquirer()
    browser = await chromium.launch({ executablePath, args })
    host = await startElementHost(acquirer.url)
  })
  after(async () => {
    await browser.close()
    await host.close()
    await acquirer.close()
  })

  beforeEach(async () => {
    page = await browser.newPage({ viewport: { width: 520, height: 480 } })
    problems.length = 0
    page.on('pageerror', (error) => problems.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('400')) problems.push(message.text())
    })
    await page.goto(host.url)
    card = page.frameLocator('iframe')
    await card.locator('#number').waitFor()
  })
  afterEach(async () => {
    await page.close()
    assert.deepEqual(problems, [])
  })

  const messages = async (type: string): Promise<Record<string, unknown>[]> => {
    const all: unknown = await page.evaluate('window.messages')
    return Array.isArray(all) ? all.map(fieldsOf).filter((message) => message['type'] === type) : []
  }
  const tell = (message: object) => page.evaluate(`window.tell(${JSON.stringify(message)})`)
  async function next(type: string, count = 1): Promise<Record<string, unknown>> {
    await page.waitForFunction(
      `window.messages.filter((message) => message.type === '${type}').length >= ${count}`,
    )
    return (await messages(type)).at(-1) ?? {}
  }
  const valueOf = (id: string) => card.locator(`#${id}`).inputValue()
  const errorUnder = (id: string) => card.locator(`#${id}-error`)
  const caretOf = (id: string) => card.locator(`#${id}`).evaluate((input: InPage) => input.selectionStart)

  async function eventually(check: () => Promise<boolean>): Promise<void> {
    for (let tries = 0; !(await check()); tries++) {
      assert.ok(tries < 100, 'it never came to be')
      await page.waitForTimeout(20)
    }
  }

  const styleOf = (selector: string) =>
    card.locator(selector).evaluate((element: InPage) => {
      const { color, fontSize } = element.ownerDocument.defaultView.getComputedStyle(element)
      return { color, size: fontSize }
    })

  async function typeCard(number = '4242424242424242', csc = '123'): Promise<void> {
    await card.locator('#number').pressSequentially(number)
    await card.locator('#exp').pressSequentially('1240')
    await card.locator('#csc').pressSequentially(csc)
    await card.locator('#name').pressSequentially('Ada Lovelace')
  }

  it('types a test card by its name, and no other name', async () => {
    await tell({ type: 'skiro:test_fill', card: 'amex' })
    assert.equal(await valueOf('number'), '3782 822463 10005')
    assert.equal(await valueOf('csc'), '1234')
    await next('skiro:change', 2)
    assert.equal((await messages('skiro:change')).at(-1)?.['complete'], true)
    for (const card of ['__proto__', 'toString', '', null]) await tell({ type: 'skiro:test_fill', card })
    assert.equal(await valueOf('number'), '3782 822463 10005')
    await tell({ type: 'skiro:submit', request: 'r1' })
    assert.equal((await next('skiro:token'))['last_four'], '0005')
  })

  it('turns a typed card into a token that pays', async () => {
    await next('skiro:ready')
    await typeCard()
    assert.equal(await valueOf('number'), '4242 4242 4242 4242')
    assert.equal(await valueOf('exp'), '12 / 40')
    const change = await next('skiro:change', 3)
    assert.deepEqual([change['complete'], change['brand']], [true, 'visa'])
    assert.equal(await card.locator('#brand').textContent(), 'Visa')
    await card.locator('#name').press('Enter')
    await next('skiro:enter')
    await tell({ type: 'skiro:submit', request: 'r1' })
    const made = await next('skiro:token')
    assert.deepEqual([made['request'], made['brand'], made['last_four']], ['r1', 'visa', '4242'])
    const id = await acquirer.create(4999, 'cs_1')
    const paid = await acquirer.post(`/v1/payments/${id}/confirm`, { token: made['token'] })
    assert.equal(paid.body['status'], 'authorized')
    assert.doesNotMatch(JSON.stringify(await page.evaluate('window.messages')), /42424242|"123"/)
    const { height } = (await page.locator('iframe').boundingBox()) ?? { height: 0 }
    assert.equal(height, (await next('skiro:height'))['height'])
  })

  it('shows nothing red before the first blur, and clears on the keystroke that fixes it', async () => {
    await card.locator('#number').pressSequentially('4242 4242')
    assert.equal(await errorUnder('number').isVisible(), false)
    await card.locator('#exp').focus()
    assert.equal(await errorUnder('number').textContent(), 'Enter the complete card number.')
    assert.equal(await card.locator('#number').getAttribute('aria-invalid'), 'true')
    assert.equal(await card.locator('#number').getAttribute('aria-describedby'), 'number-error')
    await card.locator('#csc').focus()
    assert.equal(await errorUnder('exp').isVisible(), false, 'an empty field stays calm')
    await card.locator('#number').press('End')
    await card.locator('#number').pressSequentially('4242424')
    assert.equal(await errorUnder('number').isVisible(), true)
    await card.locator('#number').pressSequentially('2')
    assert.equal(await errorUnder('number').isVisible(), false)
    assert.equal(await card.locator('#number').getAttribute('aria-invalid'), null)
  })

  it('sends the customer to the first bad field', async () => {
    await card.locator('#number').fill('4242424242424242')
    await tell({ type: 'skiro:submit', request: 'r2' })
    const error = await next('skiro:error')
    assert.deepEqual(error, {
      type: 'skiro:error',
      request: 'r2',
      field: 'exp',
      message: 'Enter the expiry date.',
    })
    assert.equal(
      await card.locator('#exp').evaluate((input: InPage) => input.ownerDocument.activeElement === input),
      true,
    )
    for (const id of ['exp', 'csc', 'name']) assert.equal(await errorUnder(id).isVisible(), true)
    assert.deepEqual(await messages('skiro:token'), [])
  })

  it('groups Amex, keeps the caret and deletes across a space', async () => {
    const number = card.locator('#number')
    await number.pressSequentially('378282246310005')
    assert.equal(await valueOf('number'), '3782 822463 10005')
    await number.evaluate((input: InPage) => input.setSelectionRange(5, 5))
    await number.press('Backspace')
    assert.equal(await valueOf('number'), '3788 224631 0005')
    assert.equal(await caretOf('number'), 3)
    await number.pressSequentially('2')
    assert.equal(await valueOf('number'), '3782 822463 10005')
    await card.locator('#csc').pressSequentially('123')
    await card.locator('#name').focus()
    assert.equal(await errorUnder('csc').textContent(), 'Enter all 4 digits of the security code.')
  })

  it('takes pasted and filled-in values', async () => {
    await card.locator('#number').fill(' 5555-5555 5555.4444 ')
    assert.equal(await valueOf('number'), '5555 5555 5555 4444')
    await card.locator('#exp').fill('2040-08')
    assert.equal(await valueOf('exp'), '08 / 40')
    await card.locator('#exp').press('End')
    for (let i = 0; i < 7; i++) await card.locator('#exp').press('Backspace')
    assert.equal(await valueOf('exp'), '')
  })

  it('forgets what it is told to', async () => {
    await typeCard()
    await tell({ type: 'skiro:reset', clear: ['csc'] })
    await page.waitForFunction(`window.messages.at(-1).complete === false`)
    assert.deepEqual([await valueOf('csc'), await valueOf('number')], ['', '4242 4242 4242 4242'])
    await tell({ type: 'skiro:focus' })
    await tell({ type: 'skiro:reset', clear: ['all'] })
    await page.waitForFunction(`window.messages.at(-1).brand === null`)
    assert.deepEqual([await valueOf('number'), await valueOf('name')], ['', ''])
    assert.equal(await card.locator('.error:visible').count(), 0)
  })

  it('does not answer a page that is not its parent', async () => {
    await typeCard()
    await card
      .locator('body')
      .evaluate((body: InPage) =>
        body.ownerDocument.defaultView.postMessage({ type: 'skiro:submit', request: 'self' }, '*'),
      )
    await tell({ type: 'skiro:submit', request: 'parent' })
    assert.equal((await next('skiro:token'))['request'], 'parent')
    assert.deepEqual(await messages('skiro:error'), [])
  })

  it('is in the language that the page asks for, with numbers from left to right', async () => {
    await page.goto(`${host.url}/?locale=fa`)
    await card.locator('#number').pressSequentially('4242 4')
    await card.locator('#name').focus()
    assert.equal(await errorUnder('number').textContent(), 'شمارهٔ کارت را کامل وارد کنید.')
    assert.equal(await card.locator('html').getAttribute('dir'), 'rtl')
    assert.equal(await card.getByLabel('تاریخ انقضا').getAttribute('id'), 'exp')
    assert.equal(await valueOf('number'), '4242 4')
    // The brand stands behind the digits, and those begin on the left.
    const box = await card.locator('.field-number .box').boundingBox()
    const brand = await card.locator('#brand').boundingBox()
    assert.ok(box && brand && brand.x > box.x + box.width / 2)
    assert.equal(
      await card
        .locator('#name')
        .evaluate((input: InPage) => input.ownerDocument.defaultView.getComputedStyle(input).direction),
      'rtl',
    )
  })

  it('puts the boxes of a row side by side on the narrowest phone, in the languages of the longest labels', async () => {
    await page.setViewportSize({ width: 320, height: 640 })
    const length = (locale: string) => Math.max(textsOf(locale).exp.length, textsOf(locale).csc.length)
    const longest = [...TEXTS.keys()].sort((a, b) => length(b) - length(a)).slice(0, 4)
    for (const locale of longest) {
      await page.goto(`${host.url}/?locale=${locale}`)
      await tell({ type: 'skiro:submit', request: 'r' })
      await next('skiro:error')
      const apart = await card.locator('body').evaluate(`
        document.querySelector('#exp').getBoundingClientRect().top -
        document.querySelector('#csc').getBoundingClientRect().top`)
      assert.equal(apart, 0, locale)
      const wide = await card.locator('body').evaluate(`[...document.querySelectorAll('label, .error')]
        .filter((text) => text.scrollWidth > text.parentElement.clientWidth).length`)
      assert.equal(wide, 0, locale)
    }
  })

  it('shows the brand on a phone too, beside the digits or above them, over nothing', async () => {
    for (const [width, locale] of [
      [360, 'en'],
      [346, 'en'],
      [320, 'de'],
      [320, 'fa'],
    ] as const) {
      await page.setViewportSize({ width, height: 640 })
      await page.goto(`${host.url}/?locale=${locale}`)
      await next('skiro:ready')
      await tell({ type: 'skiro:test_fill', card: 'mastercard' })
      const brand = card.locator('#brand')
      assert.equal(await brand.innerText(), 'Mastercard')
      // How wide the digits are, typed into nothing.
      const over = await card.locator('body').evaluate(`{
        const [brand, input, label] = ['#brand', '#number', 'label'].map((one) => document.querySelector(one))
        const box = (one) => one.getBoundingClientRect()
        const range = document.createRange()
        range.selectNodeContents(label)
        const pen = document.createElement('canvas').getContext('2d')
        pen.font = getComputedStyle(input).font
        const digits = { top: box(input).top, bottom: box(input).bottom, left: box(input).left }
        digits.right = digits.left + 13 + pen.measureText(input.value).width
        const meets = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
        ;[meets(box(brand), box(range)), meets(box(brand), digits), box(brand).width > 40]
      }`)
      assert.deepEqual(over, [false, false, true], `${width} ${locale}`)
    }
  })

  it('is not shown inside a page of another origin', async () => {
    const other = await browser.newPage()
    const refused = other.waitForEvent('console', (message) => message.text().includes('frame-ancestors'))
    await other.goto(`${host.url}/?parent=https://pay.example`)
    await refused
    assert.equal(await other.frameLocator('iframe').locator('#number').count(), 0)
    await other.close()
  })

  it('follows the theme, with targets of 44 px and text of 16 px', async () => {
    const colour = async () => (await styleOf('body')).color
    const light = await colour()
    await tell({ type: 'skiro:theme', theme: 'dark' })
    await eventually(async () => (await colour()) !== light)
    await tell({ type: 'skiro:theme', theme: 'light' })
    await page.emulateMedia({ colorScheme: 'dark' })
    await eventually(async () => (await colour()) === light)
    for (const id of ['number', 'exp', 'csc', 'name']) {
      const { height } = (await card.locator(`#${id}`).boundingBox()) ?? { height: 0 }
      assert.ok(height >= 44, id)
      assert.equal((await styleOf(`#${id}`)).size, '16px')
    }
  })
})
