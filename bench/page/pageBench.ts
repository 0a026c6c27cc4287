import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createSession } from '../../test/support/pay.ts'
import { findBrowser, openBrowser } from '../../test/support/browser.ts'
import type { World } from '../../test/support/world.ts'
import { startGateway } from '../gateway.ts'
import { median, percentile } from '../stats.ts'
import { type Look, firstLook } from './firstLook.ts'
import { steadyLoad } from './steadyLoad.ts'

const ROUNDS = 9
const PER_SECOND = 200
const SECONDS = 15

export type PageFigures = Look & {
  /** The same browser on a page that holds one line of text: nothing can be seen sooner here. */
  readonly bare_paint_ms: number
  readonly server_p50_ms: number
  readonly server_p99_ms: number
  /** The same load on `/healthz`: what HTTP alone takes on this machine. */
  readonly healthz_p99_ms: number
}

/** The page as a customer with a slow phone meets it, and what it costs the server. Medians of the rounds. */
export async function pageBench(world: World, say: (line: string) => void): Promise<PageFigures> {
  const gateway = await startGateway(world, { role: 'serve' })
  const bare = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
    response.end('<!doctype html><title>x</title><p>One line of text</p>')
  }).listen(0, '127.0.0.1')
  findBrowser()
  const browser = await openBrowser()
  try {
    const merchant = await world.createMerchant()
    const url = `${world.api_url}/${await createSession(world, merchant)}`
    const bare_url = `http://127.0.0.1:${(bare.address() as AddressInfo).port}/`
    say('the page in a slow browser')
    const looks: Look[] = []
    const bare_paints: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      bare_paints.push((await firstLook(browser, bare_url, 'p')).first_paint_ms)
      looks.push(await firstLook(browser, url, '#pay:enabled'))
    }
    const of = (name: keyof Look) => median(looks.map((look) => look[name]))
    // A browser that stays open takes a share of both cores now and then.
    await browser.close()
    say('200 pages a second')
    await steadyLoad(url, PER_SECOND, 5)
    const page_times = await steadyLoad(url, PER_SECOND, SECONDS)
    const bare_times = await steadyLoad(`${world.api_url}/healthz`, PER_SECOND, SECONDS)
    return {
      first_paint_ms: of('first_paint_ms'),
      largest_paint_ms: of('largest_paint_ms'),
      layout_shift: of('layout_shift'),
      requests_before_paint: of('requests_before_paint'),
      document_bytes: of('document_bytes'),
      script_bytes: of('script_bytes'),
      bare_paint_ms: median(bare_paints),
      server_p50_ms: percentile(page_times, 0.5),
      server_p99_ms: percentile(page_times, 0.99),
      healthz_p99_ms: percentile(bare_times, 0.99),
    }
  } finally {
    await browser.close()
    bare.closeAllConnections()
    bare.close()
    await gateway.stop()
  }
}
