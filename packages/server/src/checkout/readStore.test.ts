import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { findSession } from '../../../../test/support/findSession.ts'
import { gatewayContext, newMerchant, TEST_MODE, WALLET } from '../../../../test/support/gatewayContext.ts'
import { newId } from '../lib/ids.ts'
import type { PresentedKey } from '../lib/tenant.ts'
import { parseApiKey } from '../merchants/apiKey.ts'
import { createSession, sessionInserts } from './createSession.ts'
import { readSessions } from './readStore.ts'
import type { SessionRow } from './session.ts'

const { ctx, close } = await gatewayContext(TEST_MODE)
after(close)

const insert = sessionInserts(ctx)
const keyOf = (text: string) => parseApiKey(`Bearer ${text}`) as PresentedKey
const shop = await newMerchant(ctx, { wallets: { USDT: WALLET } })
const otherShop = await newMerchant(ctx, { wallets: { USDT: WALLET } })
const key = keyOf(shop.api_key)
const otherKey = keyOf(otherShop.api_key)

async function create(of: PresentedKey, change: object = {}): Promise<SessionRow> {
  const body = { amount: '49.99', currency: 'USD' as const, payout_currency: 'USDT' as const }
  return (await createSession(ctx, insert, of, { ...body, ...change }, null)).session
}

describe('a group of reads', () => {
  test('each gets its own session, or none, or that its key is not valid', async () => {
    const [mine, more, theirs] = [await create(key), await create(key), await create(otherKey)]
    const bad = { ...key, secret_hash: Buffer.alloc(32) }
    const asks = [
      { key, id: mine.id },
      { key: otherKey, id: mine.id },
      { key: bad, id: mine.id },
      { key: { ...key, livemode: true }, id: mine.id },
      { key, id: newId('checkout_session') },
      { key: otherKey, id: theirs.id },
      { key, id: more.id },
      { key, id: mine.id },
    ]
    const answers = await readSessions(ctx.db, asks)
    assert.deepEqual(
      answers.map((answer) => answer && [answer.merchant_id, answer.session?.id ?? null]),
      [
        [shop.merchant_id, mine.id],
        [otherShop.merchant_id, null],
        null,
        null,
        [shop.merchant_id, null],
        [otherShop.merchant_id, theirs.id],
        [shop.merchant_id, more.id],
        [shop.merchant_id, mine.id],
      ],
    )
  })

  test('nobody’s key at all', async () => {
    const bad = { ...key, id: 'nosuchkey000' }
    assert.deepEqual(await readSessions(ctx.db, [{ key: bad, id: 'cs_x' }]), [null])
  })

  test('the row is the one that a plain read finds, and the one that was made, whatever stands in it', async () => {
    const odd = 'ключ "\\" \u0001 😀 {CHECKOUT_SESSION_ID}'
    const made = await create(key, {
      amount: '999999.99',
      customer_email: 'a@b.example',
      metadata: { z: odd, a: '1', __x: '' },
      redirect_url: `https://a.example/?q=${encodeURIComponent(odd)}`,
      webhook_url: 'https://a.example/hook',
      locale: 'fa',
      description: 'ключ "\\" 😀 {CHECKOUT_SESSION_ID}',
      expires_in: 300,
    })
    const [answer] = await readSessions(ctx.db, [{ key, id: made.id }])
    const plain = await findSession(ctx.db, { ...made })
    assert.deepEqual(answer?.session, plain)
    assert.deepEqual(answer?.session, made)
    assert.deepEqual(Object.keys(answer?.session?.metadata ?? {}), ['z', 'a', '__x'])
  })

  test('a session whose time has passed reads as expired', async () => {
    const made = await create(key)
    await ctx.db.query('alter table checkout_session disable trigger user')
    await ctx.db.query(
      `update checkout_session set created_at = now() - interval '2 hours', expires_at = now() - interval '1 hour' where id = $1`,
      [made.id],
    )
    await ctx.db.query('alter table checkout_session enable trigger checkout_session_fixed')
    const [answer] = await readSessions(ctx.db, [{ key, id: made.id }])
    assert.equal(answer?.session?.status, 'expired')
  })
})
