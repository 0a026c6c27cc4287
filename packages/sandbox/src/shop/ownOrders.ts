import type { Order } from './order.ts'
import type { ShopBook } from './shopBook.ts'

const COOKIE = 'fern_orders'
const KEPT = 5
const MONTH_S = 30 * 24 * 3600

/** The orders that this browser made, newest first, as far as the shop still knows them. */
export function readOwnOrders(book: ShopBook, cookies: string | undefined): Order[] {
  return idsOf(cookies).flatMap((id) => book.find(id) ?? [])
}

/**
 * The cookie with which the browser finds the way back to its newest orders. No script reads it and no form of another
 * site brings it along, as the number of an order is all that guards it.
 */
export function ownOrdersCookie(cookies: string | undefined, new_id: string): string {
  const ids = [...new Set([new_id, ...idsOf(cookies)])].slice(0, KEPT)
  return `${COOKIE}=${ids.join('.')}; Path=/; Max-Age=${MONTH_S}; HttpOnly; SameSite=Lax`
}

function idsOf(cookies: string | undefined): string[] {
  const pair = (cookies ?? '').split('; ').find((one) => one.startsWith(`${COOKIE}=`))
  const ids = (pair?.slice(COOKIE.length + 1) ?? '').split('.').filter((id) => /^ORD-[0-9A-F]+$/.test(id))
  return [...new Set(ids)].slice(0, KEPT)
}
