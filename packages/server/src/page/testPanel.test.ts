/** The panel of test mode in a real browser, on a phone. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { NAMED_CARDS } from '../../../sandbox/src/acquirer/browser/namedCards.ts'
import { type Bench, inBrowser } from '../../../../test/page/inBrowser.ts'
import { eventually } from '../../../../test/support/pay.ts'
import { FILLS } from './testPanel.ts'

let bench: Bench
let page: Page
inBrowser(async (own_bench, own_page) => {
  bench = own_bench
  page = own_page
  await page.setViewportSize({ width: 360, height: 740 })
})

const open = async () => {
  await page.goto(bench.url)
  await page.locator('#pay:enabled').waitFor()
}
const focused = () => page.evaluate<string>('document.activeElement.id')
const said = () => page.locator('#status').textContent()
/** Whether all of an element is on the screen. */
const IN_VIEW = (selector: string) => `(() => {
  const { top, bottom } = document.querySelector('${selector}').getBoundingClientRect()
  return top >= 0 && bottom <= innerHeight
})()`
// Playwright's own waiting makes code from text, which the page's policy forbids.
const until = (condition: string) =>
  eventually(condition, 10, async () => (await page.evaluate<boolean>(condition)) || null)

test('each card is named by its last four digits, and they are those of the simulated acquirer', async () => {
  for (const [card, last_four] of [...FILLS.fill, ...FILLS.three_ds])
    assert.equal(NAMED_CARDS[card].slice(-4), last_four, card)
  await open()
  const names = await page.locator('[data-fill]').allInnerTexts()
  assert.deepEqual(
    names.map((name) => name.replace(/\s+/g, ' ')),
    [
      'Pays •••• 4242',
      'Is declined •••• 0002',
      'Has no funds •••• 9995',
      'Bank asks in this page •••• 3220',
      'Bank asks on its own page •••• 3063',
      'Bank refuses •••• 1280',
    ],
  )
  await page.getByRole('list', { name: 'Fill in a card with 3-D Secure' }).waitFor()
})

test('“Test mode” at the top leads to the panel, keyboard included', async () => {
  await open()
  assert.equal(await page.evaluate(IN_VIEW('#test-panel h2')), false)
  await page.getByRole('link', { name: 'Test mode' }).click()
  await until(IN_VIEW('#test-panel h2'))
  assert.equal(await focused(), 'test-panel')
  await page.keyboard.press('Tab')
  assert.equal(await page.evaluate('document.activeElement.dataset.fill'), 'visa')
})

for (const [reducedMotion, behavior] of [
  ['no-preference', 'smooth'],
  ['reduce', 'instant'],
] as const) {
  test(`a tap fills the card in and shows it, with the button to pay: ${behavior}`, async () => {
    await page.emulateMedia({ reducedMotion })
    await page.addInitScript(`{
      const own = Element.prototype.scrollIntoView
      Element.prototype.scrollIntoView = function (options) {
        window.scrolled = options.behavior
        own.call(this, options)
      }
    }`)
    await open()
    await page.locator('[data-fill=card_declined]').click()
    await until("document.activeElement.id === 'pay'")
    await until(IN_VIEW('#card-frame'))
    await until(IN_VIEW('#pay'))
    assert.equal(await page.evaluate('scrolled'), behavior)
    const heard = await page.frames()[1]?.evaluate<Record<string, unknown>[]>('heard')
    assert.deepEqual(heard, [{ type: 'skiro:test_fill', card: 'card_declined' }])
    assert.ok(await page.locator('#alert').isHidden())
  })
}

test('what copies says so, to eyes and ears; without a clipboard it is shown, to be selected', async () => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await open()
  const copy = page.locator('.test-panel .copy')
  assert.equal(await copy.innerText(), 'Copy the API call for this session')
  await copy.click()
  await page.locator('.copied').waitFor()
  assert.equal(await copy.innerText(), 'Copied')
  assert.equal(await said(), 'Copied')
  assert.ok(await page.locator('#copy-text').isHidden())
  const call = `curl ${new URL(bench.url).origin}/v1/checkout/cs_01jd8x2v9kq7m3f5t8w2n6r4bc -H "Authorization: Bearer $SKIRO_API_KEY"`
  assert.equal(await page.evaluate('navigator.clipboard.readText()'), call)

  await page.addInitScript(
    "Object.defineProperty(navigator, 'clipboard', { value: { writeText: () => Promise.reject(new Error('refused')) } })",
  )
  await open()
  await copy.click()
  await page.locator('#copy-text').waitFor()
  assert.equal(await page.evaluate('String(getSelection())'), call)
  assert.equal(await said(), '')
})

test('the end of the session takes a second tap, and pressing twice in one place ends nothing', async () => {
  await open()
  await page.getByRole('button', { name: 'Expire now' }).focus()
  for (let presses = 0; presses < 4; presses++) await page.keyboard.press('Enter')
  assert.equal(bench.state, 'open')
  await page.getByRole('button', { name: 'Expire now' }).click()
  const ask = page.getByRole('group', { name: 'Expire this session?' })
  await ask.waitFor()
  await ask.getByRole('button', { name: 'No, keep it' }).click()
  assert.equal(await focused(), 'test-expire')
  assert.equal(bench.state, 'open')
  await page.getByRole('button', { name: 'Expire now' }).click()
  await ask.getByRole('button', { name: 'Yes' }).click()
  await page.getByRole('heading', { name: 'has expired' }).waitFor()
})

test('what fills in, what copies and what destroys do not look alike', async () => {
  await open()
  const looks = await page.evaluate<string[]>(`['.fill', '.copy', '#test-expire'].map((selector) => {
    const { color, backgroundColor, borderTopColor } = getComputedStyle(document.querySelector(selector))
    return [color, backgroundColor, borderTopColor].join()
  })`)
  assert.equal(new Set(looks).size, 3)
})
