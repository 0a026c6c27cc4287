import { newestOpenSession } from '../../checkout/standingStore.ts'
import { type Context, modeOf } from '../../context.ts'
import { loadAssets } from '../assets.ts'
import { compareReceived } from './compareReceived.ts'
import { pageInventory } from './inventory.ts'

const TIMEOUT_MS = 10_000
const BODY_MAX = 200_000
/** Looks like an id and names nothing: the page of it has the same scripts. */
const NOBODY = 'cs_00000000000000000000000000'

export type PageCheck = { readonly url: string; readonly reached: boolean; readonly differences: string[] }

/**
 * Fetches a payment page at the public address, as a customer's browser would, and compares it with the inventory. A
 * session that can be paid is looked at where there is one: its page has all there is. Looking changes nothing.
 */
export async function checkPage(ctx: Context): Promise<PageCheck> {
  const session = await newestOpenSession(ctx.db)
  const url = new URL(`/${session?.id ?? NOBODY}`, ctx.config.public_url).href
  const origin = new URL(ctx.config.public_url).origin
  const acquirer = session && modeOf(ctx, session)?.acquirer
  const acquirer_origin = acquirer
    ? acquirer.element({ session: session.id, origin, locale: 'en' }).origin
    : null
  const page = await receive(url)
  if (!page) return { url, reached: false, differences: [] }
  const files = new Map<string, string | null>()
  for (const [, src = ''] of page.body.matchAll(/<script\b[^>]*\ssrc="([^"]+)"/gi)) {
    const file = URL.canParse(src, url) ? new URL(src, url) : null
    files.set(src, file?.origin === origin ? ((await receive(file.href))?.body ?? null) : null)
  }
  const received = { headers: page.headers, html: page.body, files, acquirer_origin }
  return { url, reached: true, differences: compareReceived(received, pageInventory(loadAssets())) }
}

async function receive(url: string): Promise<{ headers: Map<string, string>; body: string } | null> {
  try {
    const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) })
    return { headers: new Map(answer.headers), body: (await answer.text()).slice(0, BODY_MAX) }
  } catch {
    return null
  }
}
