import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ownOrdersCookie } from './ownOrders.ts'

test('the cookie names the newest five orders, each once, and is for the shop’s server only', () => {
  let cookie = ''
  for (const n of [1, 2, 3, 4, 5, 6, 5]) cookie = ownOrdersCookie(cookie.split(';', 1)[0], `ORD-${n}`)
  assert.equal(
    cookie,
    'fern_orders=ORD-5.ORD-6.ORD-4.ORD-3.ORD-2; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax',
  )
  assert.match(ownOrdersCookie('fern_orders=ORD-1;x.ORD-2%0d', 'ORD-3'), /^fern_orders=ORD-3; /)
})
