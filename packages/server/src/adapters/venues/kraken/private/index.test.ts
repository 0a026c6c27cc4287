import assert from 'node:assert/strict'
import { it } from 'node:test'
import { openExchangeWorld } from '../../../../../../../test/support/exchangeWorld.ts'
import { withAnswer } from '../../../conformance/venue.ts'
import { type Faulty, testExchange } from '../../../conformance/exchange.ts'
import { ProviderError } from '../../../../lib/errors.ts'
import { createKrakenExchange } from './index.ts'
import { signCall } from './sign.ts'

const CALLS: Record<Faulty, string> = {
  place: 'AddOrder',
  findOrder: 'ClosedOrders',
  withdraw: 'Withdraw',
  findWithdrawal: 'WithdrawStatus',
}
const ADDRESS = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'

testExchange('kraken', async () => {
  const world = await openExchangeWorld()
  await world.save('skiro-usdt', 'USDT', ADDRESS)
  return {
    key: 'skiro-usdt',
    address: ADDRESS,
    create: ({ url, bad_key } = {}, timeout_ms) =>
      world.exchange(
        { ...(url !== undefined && { url }), ...(bad_key && { private_key: 'AAAA' }) },
        timeout_ms,
      ),
    fault: (call, kind, delay_ms) =>
      world.fault(CALLS[call], kind, delay_ms === undefined ? {} : { delay_ms }),
    orders: async () => (await world.book()).orders.map(({ client_id }) => client_id),
    withdrawals: async () => (await world.book()).withdrawals.map(({ reference }) => reference),
    settle: world.settle,
    advance: world.advance,
    close: world.close,
  }
})

it('signs like the example of the documentation', () => {
  const key = 'kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg=='
  const body = 'nonce=1616492376594&ordertype=limit&pair=XBTUSD&price=37500&type=buy&volume=1.25'
  assert.equal(
    signCall('/0/private/AddOrder', '1616492376594', body, key),
    '4/dpxb3iT4tp/ZCVEwSnEsLxx0bqyhLpdfOpc6fn7OR8+UClSV5n9E6aSS8MPtnRfp32bAb0nmbRn6H8ndwLUQ==',
  )
})

const saying = (error: string[]) =>
  withAnswer({ body: JSON.stringify({ error }) }, (url) =>
    createKrakenExchange({ url, api_key: 'k', private_key: 'AAAA' }).balances(),
  )

for (const [error, kind] of [
  ['EOrder:Insufficient funds', 'refused'],
  ['EAPI:Invalid nonce', 'unavailable'],
  ['EOrder:Rate limit exceeded', 'unavailable'],
  ['EService:Unavailable', 'unknown'],
  ['EService:Busy', 'unknown'],
  ['EGeneral:Internal error', 'unknown'],
  ['EService:Deadline elapsed', 'refused'],
] as const) {
  it(`takes ${error} for ${kind}`, async () => {
    await assert.rejects(saying([error]), (thrown) => {
      assert.ok(thrown instanceof ProviderError)
      assert.equal(thrown.kind, kind)
      return true
    })
  })
}

it('one doubtful error among others leaves it in doubt', async () => {
  await assert.rejects(saying(['EOrder:Insufficient funds', 'EService:Timeout']), { kind: 'unknown' })
})
