/** The pages as a browser shows them: nothing from elsewhere, nothing refused by their own policy, no link that leads nowhere. */
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { freePort } from '../../../../sandbox/src/ports.ts'
import { openBrowser } from '../../../../../test/support/browser.ts'
import { gatewayApp } from '../../../../../test/support/gatewayContext.ts'
import { ERRORS } from '../../lib/errors.ts'

describe('the documents in a browser', () => {
  let browser: Browser
  let gateway: Awaited<ReturnType<typeof gatewayApp>>
  let home = ''
  const problems: string[] = []
  before(async () => {
    const port = await freePort('127.0.0.1')
    home = `http://127.0.0.1:${port}`
    gateway = await gatewayApp({ SKIRO_PUBLIC_URL: home, SKIRO_RATE_LIMIT_ADDRESS: 'off' })
    await gateway.app.listen({ host: '127.0.0.1', port })
    browser = await openBrowser()
  })
  after(async () => {
    await browser?.close()
    await gateway?.close()
  })
  afterEach(() => {
    assert.deepEqual(problems.splice(0), [], 'errors, refusals by the policy, or requests to elsewhere')
  })

  async function open(path: string, options: BrowserContextOptions = {}): Promise<Page> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, baseURL: home, ...options })
    page.setDefaultTimeout(10_000)
    page.on('pageerror', (error) => problems.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text())
    })
    page.on('request', (request) => {
      const url = request.url()
      if (!url.startsWith(home) && !url.startsWith('data:')) problems.push(`a request to ${url}`)
    })
    await page.goto(path)
    return page
  }

  test('the policy lets nothing in but the page’s own style and script', async () => {
    const { headers } = await gateway.app.inject('/docs')
    const policy = String(headers['content-security-policy'])
    assert.match(policy, /^default-src 'none'; style-src 'sha256-[^' ]+'; script-src 'sha256-[^' ]+';/)
    assert.doesNotMatch(policy, /unsafe|\*|https?:|nonce/)
    const page = await open('/docs')
    const refused = await page.evaluate(`new Promise((resolve) => {
      document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective))
      const image = new Image()
      image.src = 'https://elsewhere.invalid/x.png'
    })`)
    assert.equal(refused, 'img-src')
    // That one was ours.
    problems.length = 0
    await page.close()
  })

  test('ids are unique and every link leads somewhere', async () => {
    const page = await open('/docs')
    const ids = await page.evaluate<string[]>(`[...document.querySelectorAll('[id]')].map((node) => node.id)`)
    assert.deepEqual(
      ids.filter((id, index) => ids.indexOf(id) !== index),
      [],
    )
    const hrefs = await page.evaluate<string[]>(
      `[...document.querySelectorAll('a')].map((node) => node.getAttribute('href'))`,
    )
    const inside = hrefs.filter((href) => href.startsWith('#')).map((href) => href.slice(1))
    assert.deepEqual(
      inside.filter((id) => !ids.includes(id)),
      [],
    )
    assert.ok(new Set(inside).size > 50)
    const outside = [...new Set(hrefs.filter((href) => !href.startsWith('#')))]
    for (const href of outside) {
      assert.match(href, /^\//)
      const answer = await gateway.app.inject(href)
      assert.equal(answer.statusCode, 200, href)
    }
    for (const code of Object.keys(ERRORS)) assert.ok(outside.includes(`/docs/errors/${code}`), code)
    await page.close()
  })

  test('every code has a page, and every link on it leads somewhere', async () => {
    const { body } = await gateway.app.inject('/docs')
    for (const code of Object.keys(ERRORS)) {
      const answer = await gateway.app.inject(`/docs/errors/${code}`)
      assert.equal(answer.statusCode, 200)
      assert.equal(answer.headers['content-type'], 'text/html; charset=utf-8')
      assert.ok(answer.body.includes(`<h1><code>${code}</code></h1>`))
      for (const [, href = ''] of answer.body.matchAll(/href="([^"]+)"/g)) {
        const [path, id] = href.split('#')
        assert.ok(id === undefined || path !== '/docs' || body.includes(`id="${id}"`), `${code}: ${href}`)
      }
    }
    assert.equal((await gateway.app.inject('/docs/errors/no_such_code')).statusCode, 404)
    assert.equal((await gateway.app.inject('/docs/errors/constructor')).statusCode, 404)
  })

  test('the doc_url of a real error is the page about it', async () => {
    const answer = await gateway.app.inject('/v1/merchant')
    const { error, doc_url } = answer.json<{ error: string; doc_url: string }>()
    const page = await open(doc_url)
    assert.equal(await page.locator('h1').innerText(), error)
    await page.click('text=All errors')
    await page.waitForURL('/docs#errors')
    await page.close()
  })

  test('one of the two languages is shown, also without script', async () => {
    for (const javaScriptEnabled of [true, false]) {
      const page = await open('/docs#createCheckoutSession', { javaScriptEnabled })
      const samples = page.locator('.call').first().locator('figure')
      const shown = async () => [await samples.nth(0).isVisible(), await samples.nth(1).isVisible()]
      assert.deepEqual(await shown(), [true, false])
      await page.click('label:has(#lang-ts)')
      assert.deepEqual(await shown(), [false, true])
      assert.equal(await page.locator('.search').isVisible(), javaScriptEnabled)
      await page.close()
    }
  })

  test('the search narrows the contents; the button copies the code', async () => {
    const page = await open('/docs', { permissions: ['clipboard-read', 'clipboard-write'] })
    await page.keyboard.press('/')
    await page.keyboard.type('webhook rot')
    assert.deepEqual(await page.locator('.side li:visible').allInnerTexts(), [
      'POST\nRotate the signing secret',
    ])
    const block = page.locator('figure[data-lang=sh]').first()
    await block.locator('button').click()
    await block.locator('text=Copied').waitFor()
    const copied = await page.evaluate<string>('navigator.clipboard.readText()')
    assert.match(copied, /^export SKIRO_API_KEY=sk_test_…\n\ncurl /)
    assert.equal(copied, await block.locator('code').innerText())
    await page.close()
  })

  test('a phone shows all of it, light and dark, with a menu', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await open('/docs', { viewport: { width: 320, height: 640 }, colorScheme })
      const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
      assert.equal(overflow, 0)
      assert.equal(await page.locator('.side').isVisible(), false)
      await page.click('text=Menu')
      await page.click('.side >> text=Idempotency')
      assert.equal(await page.locator('.side').isVisible(), false)
      assert.equal(new URL(page.url()).hash, '#idempotency')
      const colours = await page.evaluate<string[]>(
        `[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]`,
      )
      const [ink = 0, ground = 0] = colours.map((colour) => Number(/\d+/.exec(colour)?.[0]))
      assert.equal(ink < ground, colorScheme === 'light', colours.join(' on '))
      await page.close()
    }
  })
})
