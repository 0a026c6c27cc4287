import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { type Bench, inBrowser } from '../../../../test/page/inBrowser.ts'
import { STATES } from './testing/sampleView.ts'

let browser: Browser
let bench: Bench
let page: Page
inBrowser(async (own_bench, own_page, own_browser) => {
  browser = own_browser
  bench = own_bench
  page = own_page
  await page.clock.install()
})

const open = async () => {
  await page.goto(bench.url)
  await page.locator('#pay:enabled').waitFor()
}
/** Lets time pass in the page, in steps, so that its requests are answered in between. */
async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 500) {
    await page.clock.runFor(500)
    await page.waitForTimeout(15)
  }
}
const focused = () => page.evaluate<string>('document.activeElement.id || document.activeElement.tagName')
const heardByFrame = () => page.frames()[1]?.evaluate<Record<string, unknown>[]>('heard')
// Chromium itself sends a request again when a kept connection is cut, so a lost answer may mean more than one arrival
// of the same attempt. A new attempt would carry a new token.
const tokens = () => new Set(bench.pays.map(({ body }) => body.token))
const lastAlert = () => page.locator('#alert:visible').innerText()

test('a double click pays once; the way back waits for the shop, then goes to it', async () => {
  bench.onPay = () => {
    bench.state = 'paid'
    return { status: 'paid' }
  }
  await open()
  await page.locator('#email').fill('new@buyer.example')
  await page.locator('#pay').dblclick()
  await page.getByText('Confirming with Northwind Coffee').waitFor()
  assert.equal(await page.title(), 'Paid · Northwind Coffee')
  assert.equal(await focused(), 'H1')
  assert.equal(
    await page.getByRole('link', { name: 'Return to' }).getAttribute('href'),
    `${bench.shop_url}/thanks`,
  )
  assert.equal(bench.pays.length, 1)
  assert.deepEqual(bench.pays[0]?.body, { token: 'tok_r1', customer_email: 'new@buyer.example' })
  assert.equal(bench.pays[0]?.headers['x-skiro-page'], '1')
  assert.equal(bench.pays[0]?.headers.origin, new URL(bench.url).origin)
  // No word from the shop's server so far: still here after two more questions.
  await pass(4000)
  assert.equal(page.url(), bench.url)
  bench.webhook_accepted = true
  await pass(2000)
  await page.waitForURL(`${bench.shop_url}/thanks`)
})

test('a shop that never hears of it delays the customer by 15 seconds at most', async () => {
  bench.onPay = () => {
    bench.state = 'paid'
    return { status: 'paid' }
  }
  await open()
  await page.locator('#pay').click()
  await page.getByText('Confirming with').waitFor()
  await pass(10_000)
  assert.equal(page.url(), bench.url)
  await pass(5500)
  await page.waitForURL(`${bench.shop_url}/thanks`)
})

test('a decline is said beside the button, keeps the e-mail, clears the code, and allows another try', async () => {
  bench.onPay = () => ({ status: 'declined', failure_code: 'insufficient_funds' })
  await open()
  await page.locator('#email').fill('kept@buyer.example')
  await page.locator('#pay').click()
  assert.match(await lastAlert(), /You have not been charged\.\s+Your card does not have enough funds/)
  assert.match(await lastAlert(), /Enter the security code again/)
  assert.equal(await focused(), 'alert')
  assert.equal(await page.locator('#email').inputValue(), 'kept@buyer.example')
  assert.deepEqual((await heardByFrame())?.at(-1), { type: 'skiro:reset', clear: ['csc'] })
  const texts = []
  for (const failure_code of ['card_declined', 'stolen_card', 'fraudulent', undefined]) {
    bench.onPay = () => ({ status: 'declined', failure_code })
    await page.locator('#pay').click()
    await page.locator('#pay:enabled').waitFor()
    texts.push(await page.locator('#alert').innerHTML())
  }
  assert.equal(new Set(texts).size, 1)
  assert.match(texts[0] ?? '', /Your card was declined/)
  bench.onPay = () => ({ status: 'declined', failure_code: 'incorrect_cvc' })
  await page.locator('#pay').click()
  await page.locator('#alert', { hasText: 'is not right. Enter it again.' }).waitFor()
  assert.doesNotMatch(await lastAlert(), /security code again/)
  assert.equal(bench.pays.length, 6)
})

test('on a phone a decline is read with the button to pay still in view', async () => {
  await page.setViewportSize({ width: 360, height: 640 })
  await open()
  await page.locator('#pay').click()
  await page.locator('#alert:visible').waitFor()
  const [top, bottom] = await page.evaluate<[number, number]>(
    "[document.querySelector('#alert').getBoundingClientRect().top, document.querySelector('#pay').getBoundingClientRect().bottom]",
  )
  assert.ok(top >= 0 && bottom <= 640, `${top} ${bottom}`)
})

test('without a way back the receipt is shown', async () => {
  bench.changes = { redirect_url: null }
  bench.onPay = () => {
    bench.state = 'paid'
    return { status: 'paid' }
  }
  await open()
  await page.locator('#pay').click()
  await pass(3000)
  await page.getByText('txn_01jd8x2v9kq7m3f5t8w2n6r4bd').waitFor()
  assert.match(await page.locator('time').innerText(), /2026/)
})

test('a lost answer is asked about before another try', async () => {
  bench.onPay = () => null
  await open()
  await page.locator('#pay').click()
  assert.match(await lastAlert(), /could not reach the server.*checking/s)
  // Nobody knows yet.
  assert.doesNotMatch(await lastAlert(), /not been charged/)
  assert.ok(await page.locator('#pay').isDisabled())
  // "open" right away proves nothing: the request may still be on its way.
  await pass(1000)
  assert.ok(await page.locator('#pay').isDisabled())
  await pass(4000)
  await page.getByText('you have not been charged. Please try again').waitFor()
  assert.ok(await page.locator('#pay').isEnabled())
  assert.deepEqual(tokens(), new Set(['tok_r1']))
})

test('a payment whose answer was lost is found again', async () => {
  bench.onPay = () => {
    bench.state = 'paid'
    bench.webhook_accepted = true
    return null
  }
  await open()
  await page.locator('#pay').click()
  await pass(2000)
  await page.waitForURL(`${bench.shop_url}/thanks`)
  assert.deepEqual(tokens(), new Set(['tok_r1']))
})

test('processing waits for the verdict without offering to pay again', async () => {
  bench.onPay = () => {
    bench.state = 'processing'
    return { status: 'processing' }
  }
  await open()
  await page.locator('#pay').click()
  await page.getByRole('heading', { name: 'being processed' }).waitFor()
  assert.equal(await page.locator('#pay').count(), 0)
  await page.reload()
  await page.getByRole('heading', { name: 'being processed' }).waitFor()
  bench.state = 'paid'
  await pass(1000)
  await page.getByText('Confirming with').waitFor()
})

test('a card after another one has paid: this page says that it is paid, and does not thank for a second payment', async () => {
  bench.refusal = { status: 409, body: { status: 'paid', receipt_url: bench.url } }
  await open()
  bench.has_live = false
  bench.state = 'already_paid'
  await page.locator('#pay').click()
  await page.getByText('This has already been paid').waitFor()
  assert.equal(page.url(), bench.url)
})

test('a payment in another tab turns this page into the receipt within 3 seconds', async () => {
  await open()
  await pass(5000)
  bench.state = 'paid'
  await pass(3000)
  await page.getByRole('heading', { name: 'payment is complete' }).waitFor()
})

test('a refused e-mail address is marked, and nothing is sent for one that cannot be right', async () => {
  await open()
  await page.locator('#email').fill('no address')
  await page.locator('#pay').click()
  assert.equal(await focused(), 'email')
  assert.equal(bench.pays.length, 0)
  await page.locator('#email').fill('.dot@buyer.example')
  assert.ok(await page.locator('#email-error').isHidden())
  bench.refusal = { status: 400, body: { error: 'invalid_request', param: 'customer_email' } }
  await page.locator('#pay').click()
  await page.locator('#email-error').waitFor()
  assert.equal(await focused(), 'email')
  assert.ok(await page.locator('#pay').isEnabled())
})

test('an incomplete card sends nothing and moves the keyboard into the frame', async () => {
  bench.frame_query = 'empty'
  await open()
  await page.locator('#email').press('Enter')
  await page.locator('#pay:enabled').waitFor()
  await page.keyboard.type('42')
  assert.equal(await page.frameLocator('#card-frame').locator('#number').inputValue(), '42')
  assert.equal(bench.pays.length, 0)
})

test('a frame that stays away brings a way to retry after 6 seconds, not an endless wait', async () => {
  bench.frame_query = 'silent'
  await page.goto(bench.url)
  assert.ok(await page.locator('#frame-help').isHidden())
  await pass(6500)
  await page.locator('#frame-help').waitFor()
  // The same messages from another window are not the acquirer's.
  await page.evaluate(
    "postMessage({ type: 'skiro:ready' }, '*'); postMessage({ type: 'skiro:height', height: 777 }, '*')",
  )
  await page.waitForTimeout(100)
  assert.ok(await page.locator('#pay').isDisabled())
  assert.equal(await page.evaluate('document.querySelector("#card-frame").style.height'), '301px')
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.frames()[1]?.evaluate("say({ type: 'skiro:ready' })")
  await page.locator('#pay:enabled').waitFor()
  assert.ok(await page.locator('#frame-help').isHidden())
})

test('the countdown shows in the last 5 minutes and follows the server clock, not the visitor clock', async () => {
  const expiresIn = (ms: number) => ({ expires_at: new Date(Date.now() + ms).toISOString() })
  await page.clock.setSystemTime(new Date(Date.now() - 3600_000))
  bench.changes = expiresIn(400_000)
  await open()
  assert.ok(await page.locator('#countdown').isHidden())
  bench.changes = expiresIn(200_000)
  await open()
  assert.match(await page.locator('#countdown').innerText(), /expires in 3:\d\d/)
  bench.changes = expiresIn(1500)
  await open()
  // Over by the clock, though no status says so yet: it is no longer offered.
  await page.locator('#pay:disabled').waitFor()
  bench.state = 'expired'
  await pass(5000)
  await page.getByRole('heading', { name: 'has expired' }).waitFor()
})

test('more time is one press away when it gets short, and is said', async () => {
  bench.changes = { expires_at: new Date(Date.now() + 200_000).toISOString() }
  await open()
  assert.match(await page.locator('#status').innerText(), /You have 3:\d\d left to pay/)
  bench.changes = { expires_at: new Date(Date.now() + 800_000).toISOString() }
  await page.getByRole('button', { name: 'More time' }).click()
  await page.getByText('You have more time now. This page expires in 13:').waitFor()
  assert.ok(await page.locator('#countdown').isHidden())
  assert.equal(await focused(), 'pay')
  assert.equal(bench.more_time, 1)
})

test('a page with a stream hears at once and does not ask; when the stream is cut it asks again', async () => {
  bench.has_live = true
  await open()
  await pass(6000)
  const asked = bench.asked
  await pass(20_000)
  assert.equal(bench.asked, asked, 'it listens')
  bench.has_live = false
  for (const stream of bench.streams) stream.destroy()
  bench.state = 'paid'
  bench.webhook_accepted = true
  // Three seconds for the news, and as long again between two loads of the page.
  await pass(6500)
  await page.getByText('Thank you, your payment is complete').waitFor()
  assert.ok(bench.asked > asked)
})

test('a stream that goes silent is not trusted', async () => {
  bench.has_live = true
  await open()
  await pass(6000)
  const asked = bench.asked
  await pass(40_000)
  assert.ok(bench.asked > asked || bench.streams.size > 0)
  bench.state = 'paid'
  bench.tell()
  await pass(4000)
  await page.getByText('Thank you, your payment is complete').waitFor()
})

test('all can be read with scripts off', async () => {
  const context = await browser.newContext({ javaScriptEnabled: false })
  const plain = await context.newPage()
  await plain.goto(bench.url)
  const text = await plain.locator('body').innerText()
  for (const part of ['Pay Northwind Coffee', '$1,249.90', 'Field notebook', 'help@northwind.example']) {
    assert.ok(text.includes(part), part)
  }
  assert.ok(await plain.locator('#pay').isDisabled())
  await context.close()
})

test('what can be pressed is 44 pixels high, and none of it touches the edge of a phone', async () => {
  await page.setViewportSize({ width: 360, height: 740 })
  for (const locale of ['en', 'de']) {
    bench.locale = locale
    for (const state of STATES) {
      bench.state = state
      for (const kind of state === 'authenticate' ? (['frame', 'redirect'] as const) : [null]) {
        bench.changes = kind ? { action: { kind, url: bench.bank_url } } : {}
        await page.goto(bench.url)
        const small = await page.evaluate<
          string[]
        >(`[...document.querySelectorAll('a, button, summary, input')]
          .filter((element) => element.checkVisibility())
          .filter((element) => {
            const { height, left, right } = element.getBoundingClientRect()
            return height < 44 || left < 8 || right > 352
          })
          .map((element) => element.outerHTML)`)
        assert.deepEqual(small, [], `${locale} ${state}`)
      }
    }
  }
})

test('every state fits 320 pixels, with a name that is one long word', async () => {
  await page.setViewportSize({ width: 320, height: 640 })
  for (const state of STATES) {
    bench.state = state
    const description = `${'x'.repeat(60)} ${'Lamp '.repeat(28)}`
    bench.changes = {
      description,
      merchant_name: 'Donaudampfschifffahrtsgesellschaftskapitänsmützengeschäft',
    }
    await page.goto(bench.url)
    const width = await page.evaluate<number>('document.documentElement.scrollWidth')
    assert.ok(width <= 320, `${state}: ${width}`)
  }
  bench.state = 'open'
  await page.goto(bench.url)
  const lines = () =>
    page.evaluate<number>(`(() => {
      const line = document.querySelector('.bought')
      return Math.round(line.clientHeight / parseFloat(getComputedStyle(line).lineHeight))
    })()`)
  assert.equal(await lines(), 3, 'of what is bought, when there is more')
  await page.locator('.bought').hover()
  assert.ok((await lines()) > 3)
})
