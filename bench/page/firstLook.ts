import type { Browser } from 'playwright-core'

/** Slow 4G as Lighthouse and Chromium's own tools throttle it, and a phone that is four times slower than this machine. */
const NETWORK = { latency: 150, downloadThroughput: 204_800, uploadThroughput: 96_000, offline: false }
const CPU_RATE = 4

/** What a customer sees of a page that no cache holds. Times in ms from the navigation; sizes in bytes on the wire. */
export type Look = {
  readonly first_paint_ms: number
  readonly largest_paint_ms: number
  readonly layout_shift: number
  /** Answers of the page's own origin that had come, or were on their way, when something was seen. */
  readonly requests_before_paint: number
  readonly document_bytes: number
  readonly script_bytes: number
}

type Entry = {
  name: string
  initiatorType: string
  startTime: number
  responseEnd: number
  encodedBodySize: number
  renderBlockingStatus?: string
}

// In the page before anything else: what is measured must not depend on when somebody asks.
const WATCH = `
  window.seen = { lcp: 0, cls: 0 }
  new PerformanceObserver((list) => { for (const e of list.getEntries()) seen.lcp = e.startTime })
    .observe({ type: 'largest-contentful-paint', buffered: true })
  new PerformanceObserver((list) => { for (const e of list.getEntries()) if (!e.hadRecentInput) seen.cls += e.value })
    .observe({ type: 'layout-shift', buffered: true })`

/** Opens `url` in a browser that knows nothing yet, on a phone-sized screen. @param until a selector that ends the look */
export async function firstLook(browser: Browser, url: string, until: string): Promise<Look> {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 })
  try {
    const page = await context.newPage()
    const devtools = await context.newCDPSession(page)
    await devtools.send('Network.enable')
    await devtools.send('Network.emulateNetworkConditions', NETWORK)
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: CPU_RATE })
    await page.addInitScript(WATCH)
    await page.goto(url, { waitUntil: 'load' })
    await page.locator(until).waitFor({ timeout: 30_000 })
    // What moves when the fields have come counts too.
    await page.waitForTimeout(1000)
    const found = await page.evaluate<{
      seen: { lcp: number; cls: number }
      paint: number
      document: number
      resources: Entry[]
    }>(`({
      seen,
      paint: performance.getEntriesByName('first-contentful-paint')[0].startTime,
      document: performance.getEntriesByType('navigation')[0].encodedBodySize,
      resources: performance.getEntriesByType('resource').map((e) => e.toJSON()),
    })`)
    const origin = new URL(url).origin
    const own = found.resources.filter(({ name }) => name.startsWith(`${origin}/`))
    return {
      first_paint_ms: found.paint,
      largest_paint_ms: found.seen.lcp,
      layout_shift: found.seen.cls,
      requests_before_paint:
        1 + own.filter(({ renderBlockingStatus }) => renderBlockingStatus === 'blocking').length,
      document_bytes: found.document,
      script_bytes: own
        .filter(({ initiatorType }) => initiatorType === 'script')
        .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
    }
  } finally {
    await context.close()
  }
}
