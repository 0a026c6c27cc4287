import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { gatewayApp, newMerchant, TEST_MODE, WALLET } from '../../../../test/support/gatewayContext.ts'
import { modeOf } from '../context.ts'
import { setBranding } from '../merchants/branding/setBranding.ts'
import { transactionPorts } from '../wiring.ts'
import { recordAttempt } from './recordAttempt.ts'
import { statementDescriptor } from './statementDescriptor.ts'
import { findTransaction } from './store.ts'

const { ctx, app, close } = await gatewayApp(TEST_MODE)
after(close)

/** What the acquirer is told about a payment that is recorded now. */
async function attempt({ merchant_id, api_key }: { merchant_id: string; api_key: string }) {
  const answer = await app.inject({
    method: 'POST',
    url: '/v1/checkout',
    headers: { authorization: `Bearer ${api_key}` },
    payload: { amount: 49.99, currency: 'USD', payout_currency: 'USDT' },
  })
  const session = { merchant_id, livemode: false, id: answer.json<{ id: string }>().id }
  const card = { token: `tok_${session.id}`, customer_email: null }
  const acquirer = modeOf(ctx, session)?.acquirer
  assert.ok(acquirer)
  const made = await recordAttempt(ctx, transactionPorts(ctx), session, card, acquirer)
  assert.ok('recorded' in made)
  const { rows } = await ctx.db.query<{ body: string }>(
    'select body::text from acquirer_request where transaction_id = $1',
    [made.recorded.id],
  )
  return async () => {
    const row = await findTransaction(ctx.db, made.recorded)
    assert.ok(row)
    const text = statementDescriptor(row)
    assert.ok(
      rows.length === 1 && rows.every(({ body }) => body.includes(text)),
      'what is sent says the same',
    )
    return text
  }
}

test('a payment keeps the text on the statement that it was made with', async () => {
  const shop = await newMerchant(ctx, { wallets: { USDT: WALLET } })
  const tenant = { merchant_id: shop.merchant_id, livemode: false }
  const before = await attempt(shop)
  await setBranding(ctx, tenant, { statement_descriptor: 'LAMP CO BERLIN' })
  await setBranding(ctx, { ...tenant, livemode: true }, { statement_descriptor: 'LIVE LAMPS' })
  const named = await attempt(shop)
  await setBranding(ctx, tenant, { statement_descriptor: 'OTHER LAMPS' })
  assert.deepEqual([await before(), await named()], ['SKIRO', 'LAMP CO BERLIN'])
})
