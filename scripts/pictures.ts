/** `npm run pictures`: buys something in the demo shop and keeps what people see on the way in docs/pictures/. */
import { fileURLToPath } from 'node:url'
import { findBrowser, openBrowser, typeCard } from '../test/support/browser.ts'
import { startSandbox, temporaryFolder } from '../test/support/sandbox.ts'

const FOLDER = fileURLToPath(new URL('../docs/pictures/', import.meta.url))

findBrowser()
const folder = await temporaryFolder()
const sandbox = await startSandbox(folder.dir)
const browser = await openBrowser()
try {
  const page = await browser.newPage({ viewport: { width: 1200, height: 800 }, locale: 'en-US' })
  const keep = (name: string) => page.screenshot({ path: `${FOLDER}${name}.png` })
  await page.goto(sandbox.facts.shop_url)
  await keep('shop')
  await page.click('button[name=product][value=lamp]')
  await page.waitForURL(`${sandbox.facts.api_url}/cs_*`)
  await typeCard(page, '4000000000000002')
  await page.click('#pay')
  await page.locator('#alert:not([hidden])').waitFor()
  await keep('declined')
  await typeCard(page, '4242424242424242')
  await keep('checkout')
  await page.click('#pay')
  await page.locator('#live[data-status=payout_completed]').waitFor({ timeout: 60_000 })
  // Its lower part, "What the shop sees", belongs to the story.
  await page.setViewportSize({ width: 1200, height: 900 })
  await keep('order')
  await page.setViewportSize({ width: 1200, height: 800 })
  await page.goto(`${sandbox.facts.shop_url}/webhooks`)
  await page.click('text=Refuse with 503')
  await page.click('text=Send a test event')
  await page.getByText('503: your server').waitFor()
  await page.getByText('Failing since').waitFor()
  await page.screenshot({ path: `${FOLDER}webhooks.png`, fullPage: true })
} finally {
  await browser.close()
  await sandbox.stop()
  await folder.remove()
}
