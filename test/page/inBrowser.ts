import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { startBench } from '../../packages/server/src/page/testing/bench.ts'
import { openBrowser } from '../support/browser.ts'

export type Bench = Awaited<ReturnType<typeof startBench>>

/**
 * Gives each test of a file a bench and a page of its own in one browser. A test also fails when its page throws, or
 * breaks a rule of its own policy.
 */
export function inBrowser(use: (bench: Bench, page: Page, browser: Browser) => Promise<void> | void): void {
  let browser: Browser
  let bench: Bench
  let page: Page
  let problems: string[]

  before(async () => {
    browser = await openBrowser()
  })
  after(async () => {
    await browser?.close()
  })
  beforeEach(async () => {
    bench = await startBench()
    problems = []
    page = await browser.newPage({ baseURL: bench.url })
    page.setDefaultTimeout(15_000)
    page.on('pageerror', (error) => problems.push(error.message))
    page.on('console', (message) => {
      // A cut connection is said on the console too; the tests that cut one mean it.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load'))
        problems.push(message.text())
    })
    await use(bench, page, browser)
  })
  afterEach(async () => {
    await page.close()
    await bench.close()
    assert.deepEqual(problems, [], 'errors or security policy violations in the browser')
  })
}
