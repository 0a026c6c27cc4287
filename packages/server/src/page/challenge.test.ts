import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { type Bench, inBrowser } from '../../../../test/page/inBrowser.ts'

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
const focused = () => page.evaluate<string>('document.activeElement.id || document.activeElement.tagName')
const bank = () => page.frameLocator('#challenge-frame')
const heading = () => page.getByRole('heading', { name: 'Your bank asks whether it is you' })

/** The bank asks about the payment that is about to be sent. */
function ask(kind: 'frame' | 'redirect' = 'frame', url = bench.bank_url): void {
  bench.onPay = () => {
    bench.state = 'authenticate'
    return { status: 'authenticate', action: { kind, url } }
  }
}

test('the bank’s question takes the form’s place, is read out, and leads to the shop when it is answered', async () => {
  ask()
  bench.onBank = () => {
    bench.state = 'paid'
    bench.webhook_accepted = true
    return { status: 'paid' }
  }
  await open()
  await page.locator('#pay').click()
  await heading().waitFor()
  assert.equal(await focused(), 'H1')
  assert.equal(await page.title(), 'Confirm with your bank · Northwind Coffee')
  assert.ok(await page.locator('#payment').isHidden())
  assert.equal(await page.locator('#challenge-frame').getAttribute('title'), 'Confirmation by your bank')
  await bank().locator('#yes').click()
  await page.getByText('Confirming with Northwind Coffee').waitFor()
  assert.deepEqual(bench.banked, ['continue'])
  await page.clock.runFor(2000)
  await page.waitForURL(`${bench.shop_url}/thanks`)
})

test('a customer whom the bank refuses is back at the form, with what was typed', async () => {
  ask()
  bench.onBank = () => {
    bench.state = 'open'
    return { status: 'declined', failure_code: 'authentication_failed' }
  }
  await open()
  await page.locator('#email').fill('kept@buyer.example')
  await page.locator('#pay').click()
  await bank().locator('#yes').click()
  await page.locator('#alert:visible').waitFor()
  assert.match(
    await page.locator('#alert').innerText(),
    /did not go through\s+You have not been charged\.\s+The payment was not confirmed at your bank/,
  )
  assert.equal(await focused(), 'alert')
  assert.equal(await page.title(), 'Pay Northwind Coffee')
  assert.equal(await page.locator('#email').inputValue(), 'kept@buyer.example')
  assert.equal(await page.locator('#challenge').count(), 0)
  assert.ok(await page.locator('#pay').isEnabled())
  const heard = await page.frames()[1]?.evaluate<Record<string, unknown>[]>('heard')
  assert.deepEqual(
    heard?.at(-1),
    { type: 'skiro:reset', clear: ['csc'] },
    'the card fields were not loaded anew',
  )
  await page.locator('#pay').click()
  await heading().waitFor()
})

test('giving up is a button outside of the bank’s page, also where that page does not come', async () => {
  ask('frame', `${bench.bank_url}?silent`)
  bench.onBank = () => {
    bench.state = 'open'
    return { status: 'declined', failure_code: 'authentication_failed' }
  }
  await open()
  await page.locator('#pay').click()
  await heading().waitFor()
  assert.ok(await page.locator('#challenge-help').isHidden())
  await page.clock.runFor(6100)
  await page.locator('#challenge-help:visible').waitFor()
  await page.locator('#challenge-retry').click()
  assert.ok(await page.locator('#challenge-help').isHidden())
  await page.getByRole('button', { name: 'Cancel and use another card' }).click()
  await page.locator('#alert:visible').waitFor()
  assert.match(
    await page.locator('#alert').innerText(),
    /^The payment did not go through and you have not been charged/,
  )
  assert.deepEqual(bench.banked, ['cancel'])
})

test('the question survives a reload, and an answer in another tab ends it here', async () => {
  bench.state = 'authenticate'
  await page.goto(bench.url)
  await heading().waitFor()
  await bank().locator('#yes').waitFor()
  assert.equal(await page.locator('#payment').count(), 0)
  bench.state = 'paid'
  await page.clock.runFor(3000)
  await page.getByText('Confirming with Northwind Coffee').waitFor()
})

test('after a reload, a refusal brings the form from the server', async () => {
  bench.state = 'authenticate'
  bench.onBank = () => {
    bench.state = 'open'
    bench.changes = { attempt_error: { code: 'authentication_failed' } }
    return { status: 'declined', failure_code: 'authentication_failed' }
  }
  await page.setViewportSize({ width: 360, height: 640 })
  await page.goto(bench.url)
  await bank().locator('#yes').click()
  await page.clock.runFor(3500)
  await page.locator('#alert:visible').waitFor()
  assert.equal(await page.title(), 'Card declined · Northwind Coffee')
  // The browser would scroll back to where the reader was before the reload.
  await page.waitForLoadState()
  await page.locator('#pay:enabled').waitFor()
  for (const id of ['alert', 'pay']) {
    const box = await page.locator(`#${id}`).boundingBox()
    assert.ok(box && box.y >= 0 && box.y + box.height <= 641, `${id} is in view: ${JSON.stringify(box)}`)
  }
})

test('while the bank’s page is on its way something moves in its place', async () => {
  const waiting = page.locator('.bank-box .spinner')
  let send = () => {}
  const sent = new Promise<void>((resolve) => (send = resolve))
  await page.route(`${bench.bank_url}*`, async (route) => {
    await sent
    await route.continue()
  })
  ask()
  await open()
  await page.locator('#pay').click()
  await heading().waitFor()
  assert.ok(await waiting.isVisible())
  send()
  await bank().locator('#yes').waitFor()
  await waiting.waitFor({ state: 'hidden' })
})

test('a bank with a page of its own is a link, and giving up stays possible', async () => {
  ask('redirect', 'https://bank.example/ask?1')
  await open()
  await page.locator('#pay').click()
  await heading().waitFor()
  const link = page.getByRole('link', { name: 'Continue to your bank' })
  assert.equal(await link.getAttribute('href'), 'https://bank.example/ask?1')
  assert.ok(await page.locator('#challenge-frame').isHidden())
  assert.ok(await page.locator('#challenge-cancel').isVisible())
})

describe('after a bank with a page of its own', () => {
  const paid = () => page.getByRole('heading', { name: 'Thank you, your payment is complete' })
  const told = () => page.locator('#confirming', { hasText: 'Confirming with Northwind Coffee' })

  /** The customer is asked on the bank's page, says yes there, and is sent back. */
  async function comeBack(): Promise<void> {
    ask(
      'redirect',
      `${new URL(bench.bank_url).origin}/bank-page?back=${encodeURIComponent(`${bench.url}/return`)}`,
    )
    await open()
    await page.locator('#pay').click()
    await heading().waitFor()
    bench.onReturn = () => {
      bench.state = 'paid'
    }
    await page.getByRole('link', { name: 'Continue to your bank' }).click()
    await paid().waitFor()
  }

  test('the customer is taken on to the shop as soon as it has heard of the payment', async () => {
    await comeBack()
    await told().waitFor()
    assert.match((await page.locator('#status').textContent()) ?? '', /Confirming with Northwind Coffee/)
    await page.clock.runFor(3000)
    assert.ok(page.url().startsWith(bench.url), 'not before')
    bench.webhook_accepted = true
    await page.clock.runFor(3000)
    await page.waitForURL(`${bench.shop_url}/thanks`)
  })

  test('and after 15 seconds at most', async () => {
    await comeBack()
    await told().waitFor()
    await page.clock.runFor(15_500)
    await page.waitForURL(`${bench.shop_url}/thanks`)
  })

  test('a reload, and a browser that was not at the bank, are taken nowhere', async () => {
    await comeBack()
    bench.webhook_accepted = true
    await page.reload()
    await paid().waitFor()
    const stranger = await (await browser.newContext({ baseURL: bench.url })).newPage()
    await stranger.goto(`${bench.url}/return`)
    await stranger.getByText('txn_01jd8x2v9kq7m3f5t8w2n6r4bd').waitFor()
    await page.clock.runFor(20_000)
    await stranger.waitForTimeout(1500)
    for (const one of [page, stranger]) {
      assert.equal(await one.locator('#confirming').isVisible(), false)
      assert.ok(one.url().startsWith(bench.url))
    }
    await stranger.context().close()
  })
})

test('what another frame says about the bank is not heard', async () => {
  bench.state = 'authenticate'
  await page.goto(bench.url)
  await bank().locator('#yes').waitFor()
  await page.evaluate("window.postMessage({ type: 'skiro:challenge_done' }, '*')")
  await page.clock.runFor(1000)
  assert.deepEqual(bench.banked, [])
})

test('on a phone the question has the whole width', async () => {
  await page.setViewportSize({ width: 360, height: 740 })
  bench.state = 'authenticate'
  await page.goto(bench.url)
  const box = await page.locator('#challenge-frame').boundingBox()
  assert.deepEqual([box?.x, box?.width], [0, 360])
})
