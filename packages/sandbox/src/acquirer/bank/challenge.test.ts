import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Browser, chromium, type Page } from 'playwright-core'
import { startElementHost } from '../elementHost.ts'
import { fieldsOf } from '../fields.ts'
import { startTestAcquirer } from '../harness.ts'
import { BANK_TEXTS } from './bankTexts.ts'

/** Debian's browser, or the one that CHROMIUM_BIN names. */
const executablePath = process.env['CHROMIUM_BIN'] ?? '/usr/bin/chromium'
const args = ['--no-sandbox', '--disable-quic', '--disable-background-networking']

/** In a frame: by how many pixels its page is larger, down and across. */
const EXCESS = `[Math.max(document.body.getBoundingClientRect().height - innerHeight, 0),
  document.documentElement.scrollWidth - innerWidth]`

describe('the test bank in a browser', () => {
  let acquirer: Awaited<ReturnType<typeof startTestAcquirer>>
  let browser: Browser
  let host: Awaited<ReturnType<typeof startElementHost>>
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

  /** The address of a question, which a page at `host.url` may frame. */
  async function ask(): Promise<string> {
    const create = { amount_minor: 123_450, currency: 'USD', reference: 'txn_1', session: 'cs_1' }
    const fields = { ...create, descriptor: 'FERN & FIELD', return_url: host.url }
    const id = String((await acquirer.post('/v1/payments', fields)).body['id'])
    const token = await acquirer.token('cs_1', '4000000000003220')
    const { body } = await acquirer.post(`/v1/payments/${id}/confirm`, { token })
    return String(fieldsOf(body['next_action'])['url'])
  }

  /** The question in a frame, on a phone whose owner reads `locale`. */
  async function openFramed(locale: string): Promise<Page> {
    const page = await browser.newPage({ locale, viewport: { width: 360, height: 740 } })
    await page.goto(`${host.url}/?frame=${encodeURIComponent(await ask())}`)
    await page.frameLocator('iframe').locator('button:enabled').first().waitFor()
    return page
  }

  /** By how many pixels the framed page is larger than its frame, each way, once the frame has followed. */
  async function clipped(page: Page): Promise<unknown> {
    await page.waitForFunction(`parseFloat(document.querySelector('iframe').style.height) !== 330`)
    return await page.frameLocator('iframe').locator('html').evaluate(EXCESS)
  }

  for (const [locale, language, dir, amount] of [
    ['de-AT', 'de', 'ltr', '1.234,50 $'],
    ['ar-EG', 'ar', 'rtl', '1,234.50 US$'],
  ] as const) {
    it(`asks a reader of ${locale} in ${language}, ${dir}`, async () => {
      const words = BANK_TEXTS[language]
      const page = await openFramed(locale)
      const bank = page.frameLocator('iframe')
      assert.equal(await bank.locator('html').getAttribute('lang'), language)
      assert.equal(await bank.locator('html').getAttribute('dir'), dir)
      const shown = (await bank.locator('main').innerText()).replace(/\u00a0/g, ' ')
      for (const text of [
        words.bank,
        words.question,
        words.yes_does,
        words.no_does,
        amount,
        'Visa •••• 3220',
      ])
        assert.ok(shown.includes(text), text)
      assert.doesNotMatch(shown, /Yes|payment|Shop|Amount/)
      const [name, value] = await Promise.all(
        ['dt', 'dd'].map(async (part) => (await bank.locator(part).first().boundingBox())?.x ?? 0),
      )
      assert.equal((name ?? 0) > (value ?? 0), dir === 'rtl', 'names stand where lines begin')
      assert.deepEqual(await clipped(page), [0, 0])

      await bank.getByRole('button', { name: words.yes }).click()
      await page.waitForFunction(`window.messages.at(-1).type === 'skiro:challenge_done'`)
      assert.equal(await bank.locator('#thanks').innerText(), words.thanks)
      assert.deepEqual(await clipped(page), [0, 0], 'the thanks need no larger frame')
      await page.close()
    })
  }

  it('keeps its height when it is answered, and says so when it could not be reached', async () => {
    const page = await openFramed('en')
    const bank = page.frameLocator('iframe')
    const heightOf = async () => (await bank.locator('main').boundingBox())?.height
    const before_answer = await heightOf()
    await page.route('**/three_ds/**', (route) => route.abort())
    const no = bank.getByRole('button', { name: BANK_TEXTS.en.no })
    await no.click()
    await bank.getByText(BANK_TEXTS.en.unreachable).waitFor()
    assert.ok(await no.isEnabled())
    await page.unroute('**/three_ds/**')
    await no.click()
    await bank.getByText(BANK_TEXTS.en.thanks).waitFor()
    assert.equal(await heightOf(), before_answer)
    assert.equal(await no.isVisible(), false, 'there is nothing left to press')
    await page.close()
  })
})
