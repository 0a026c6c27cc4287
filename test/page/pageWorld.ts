import type { Browser } from 'playwright-core'
import { startBench } from '../../packages/server/src/page/testing/bench.ts'
import { TEST_CARDS } from '../../packages/server/src/adapters/acquirer.ts'
import { startAcquirer } from '../../packages/sandbox/src/acquirer/server.ts'
import type { PageCase } from './pageStates.ts'

const KEYS = { secret_key: 'sk_sim', publishable_key: 'pk_sim', webhook_secret: 'whsec_sim' }

export type PageWorld = Awaited<ReturnType<typeof startPageWorld>>
export type Look = {
  readonly locale: string
  readonly theme: 'light' | 'dark'
  readonly size: { readonly width: number; readonly height: number }
}

/**
 * The hosted page in a browser with the simulated acquirer's own frames in it, and the server's part played by hand: any
 * state can be shown at once, in any language and theme.
 */
export async function startPageWorld(browser: Browser) {
  const bench = await startBench()
  const acquirer = await startAcquirer({
    ...KEYS,
    host: '127.0.0.1',
    port: 0,
    book_file: null,
    webhook_url: null,
  })
  bench.frame_origin = acquirer.url
  const page = await browser.newPage({ locale: 'en-US' })
  page.setDefaultTimeout(20_000)
  const origin = new URL(bench.url).origin

  // The bank asks in the browser's language, which a page cannot change: its request does.
  await page.route('**/three_ds/**', (route) => {
    return route.continue({
      headers: { ...route.request().headers(), 'accept-language': bench.locale ?? 'en' },
    })
  })

  async function post(path: string, body: object): Promise<Record<string, unknown>> {
    const answer = await fetch(acquirer.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${KEYS.secret_key}` },
      body: JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as Record<string, unknown>
  }

  /** The address of a question that the test bank asks. */
  async function challenge(): Promise<string> {
    const session = 'cs_picture'
    const payment = await post('/v1/payments', {
      amount_minor: 124_990,
      currency: 'USD',
      reference: 'txn_picture',
      session,
      descriptor: 'NORTHWIND COFFEE',
      return_url: `${origin}/return`,
    })
    const { token } = await post('/v1/test_tokens', { card: 'three_ds_challenge', session })
    const asked = await post(`/v1/payments/${String(payment['id'])}/confirm`, { token })
    return (asked['next_action'] as { url: string }).url
  }

  const world = {
    bench,
    page,
    challenge_url: await challenge(),
    /** Shows one case in one look, complete: frames loaded, nothing moving. */
    async show(one: PageCase, { locale, theme, size }: Look): Promise<void> {
      const query = new URLSearchParams({
        key: KEYS.publishable_key,
        session: 'cs_picture',
        parent_origin: origin,
        locale,
      })
      const element = {
        frame_url: `${acquirer.url}/element?${query.toString()}`,
        origin: acquirer.url,
        test_cards: TEST_CARDS,
      }
      bench.state = one.state
      bench.locale = locale
      bench.changes = { ...(one.state === 'open' && { element }), ...one.changes?.(world) }
      await page.setViewportSize(size)
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
      await page.goto(bench.url)
      if (bench.changes.element) await page.locator('#pay:enabled').waitFor()
      if (one.name === 'bank') await page.frameLocator('#challenge-frame').locator('.yes:enabled').waitFor()
      await one.prepare?.(world)
      await page.evaluate('document.fonts.ready')
    },
    async close(): Promise<void> {
      await page.close()
      await bench.close()
      await acquirer.close()
    },
  }
  return world
}
