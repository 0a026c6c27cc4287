/** A purchase without a mouse, frames of the acquirer and the bank included; and the page in the colours of its reader. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { openBrowser } from '../support/browser.ts'
import { PAGE_CASES } from './pageStates.ts'
import { type PageWorld, startPageWorld } from './pageWorld.ts'

const LOOK = { locale: 'en', theme: 'light', size: { width: 390, height: 844 } } as const
const caseOf = (name: string) => PAGE_CASES.find((one) => one.name === name) ?? assert.fail(name)

let browser: Browser
let world: PageWorld
before(async () => {
  browser = await openBrowser()
  world = await startPageWorld(browser)
})
after(async () => {
  await world?.close()
  await browser?.close()
})

/** Where the keyboard is: the name of the element, also inside a frame. */
async function focused(): Promise<string> {
  for (const frame of world.page.frames().toReversed()) {
    const name = await frame.evaluate<string>(
      `document.hasFocus() && document.activeElement && !/^(BODY|IFRAME|HTML)$/.test(document.activeElement.tagName)
        ? document.activeElement.id || document.activeElement.dataset.outcome || document.activeElement.textContent.trim()
        : ''`,
    )
    if (name !== '') return name
  }
  return ''
}

/** Presses Tab until the keyboard is there. */
async function tabTo(name: string): Promise<void> {
  const passed: string[] = []
  for (let presses = 0; presses < 15; presses++) {
    await world.page.keyboard.press('Tab')
    passed.push(await focused())
    if (passed.at(-1) === name) return
  }
  assert.fail(`${name} was not reached: ${passed.join(', ')}`)
}

test('giving up at the bank is reached by keyboard, behind the bank’s page', async () => {
  await world.show(caseOf('bank'), LOOK)
  await tabTo('authorise')
  await tabTo('challenge-cancel')
})

test('a card is typed, the bank answered, and the way back taken with the keyboard alone', async () => {
  const { bench, page, challenge_url } = world
  bench.onPay = () => {
    bench.state = 'authenticate'
    return { status: 'authenticate', action: { kind: 'frame', url: challenge_url } }
  }
  bench.onBank = () => {
    bench.state = 'paid'
    return { status: 'paid' }
  }
  await world.show(caseOf('open'), LOOK)
  await tabTo('email')
  await page.keyboard.press('Control+A')
  await page.keyboard.type('keys@buyer.example')
  for (const [field, text] of [
    ['number', '4242424242424242'],
    ['exp', '1234'],
    ['csc', '123'],
    ['name', 'Ada Buyer'],
  ] as const) {
    await tabTo(field)
    await page.keyboard.type(text)
  }
  await tabTo('pay')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Your bank asks' }).waitFor()
  await page.frameLocator('#challenge-frame').locator('.yes:enabled').waitFor()
  await tabTo('authorise')
  await page.keyboard.press('Enter')
  await page.locator('.confirming').waitFor()
  assert.equal(bench.pays.at(-1)?.body.customer_email, 'keys@buyer.example')
  await tabTo('Return to Northwind Coffee')
  await page.keyboard.press('Enter')
  await page.waitForURL(`${bench.shop_url}/thanks`)
})

test('in forced colours what can be pressed has an edge, and the keyboard’s place is seen', async () => {
  const { page } = world
  for (const name of ['open', 'bank-page', 'paid']) {
    await world.show(caseOf(name), LOOK)
    await page.emulateMedia({ forcedColors: 'active' })
    const bare = await page.evaluate<string[]>(`[...document.querySelectorAll('button, .button, input')]
      .filter((element) => element.checkVisibility())
      .filter((element) => getComputedStyle(element).borderTopWidth === '0px' || getComputedStyle(element).borderTopStyle === 'none')
      .map((element) => element.id || element.textContent)`)
    assert.deepEqual(bare, [], name)
    await page.keyboard.press('Tab')
    const outline = await page.evaluate<string>('getComputedStyle(document.activeElement).outlineStyle')
    assert.notEqual(outline, 'none', name)
  }
  await page.emulateMedia({ forcedColors: 'none' })
})
