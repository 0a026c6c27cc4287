import { TEST_CARDS } from '../../adapters/acquirer.ts'
import type { PageView } from '../view.ts'

/** A view in the given state, filled as the routes fill it; for tests. */
export function sampleView(state: PageView['state'], changes: Partial<PageView> = {}): PageView {
  const known = state !== 'unknown'
  return {
    state,
    session_id: known ? 'cs_01jd8x2v9kq7m3f5t8w2n6r4bc' : null,
    merchant_name: known ? 'Northwind Coffee' : null,
    support_email: known ? 'help@northwind.example' : null,
    brand: null,
    statement_descriptor: known ? 'NORTHWIND COFFEE' : null,
    amount: known ? '1249.90' : null,
    currency: known ? 'USD' : null,
    description: known ? 'Field notebook · ORD-2847' : null,
    customer_email: known ? 'buyer@example.com' : null,
    mails_receipt: true,
    redirect_url: known ? 'https://northwind.example/thanks?session=cs_01' : null,
    livemode: false,
    expires_at: known ? '2026-11-22T15:00:00.000Z' : null,
    server_time: '2026-11-22T14:00:00.000Z',
    attempt_error: null,
    receipt:
      state === 'paid' || state === 'already_paid' || state === 'receipt'
        ? {
            paid_at: '2026-11-22T13:59:07.000Z',
            card_brand: 'visa',
            card_last_four: '4242',
            transaction_id: 'txn_01jd8x2v9kq7m3f5t8w2n6r4bd',
            descriptor: 'NORTHWIND COFFEE',
            order_id: 'ORD-2847',
            page_url: 'https://pay.example/cs_01jd8x2v9kq7m3f5t8w2n6r4bc',
            can_mail: true,
            asks_address: false,
          }
        : null,
    action:
      state === 'authenticate' ? { kind: 'frame', url: 'https://cards.example/three_ds/pay_1/act_1' } : null,
    element:
      state === 'open'
        ? {
            frame_url: 'https://cards.example/element?key=pk_1&session=cs_01',
            origin: 'https://cards.example',
            test_cards: TEST_CARDS,
          }
        : null,
    ...changes,
  }
}

export const STATES = [
  'open',
  'authenticate',
  'processing',
  'paid',
  'already_paid',
  'receipt',
  'failed',
  'expired',
  'unknown',
] as const
