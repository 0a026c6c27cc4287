import { sampleView } from '../../packages/server/src/page/testing/sampleView.ts'
import type { PageView } from '../../packages/server/src/page/view.ts'
import type { PageWorld } from './pageWorld.ts'

/** A page as a customer may find it: how the server has it, and what is done in the browser before it is looked at. */
export type PageCase = {
  readonly name: string
  readonly state: PageView['state']
  readonly changes?: (world: PageWorld) => Partial<PageView>
  readonly prepare?: (world: PageWorld) => Promise<void>
}

const asking = (receipt: PageView['receipt']) =>
  receipt && { ...receipt, can_mail: false, asks_address: true }
const soon = () => new Date(Date.now() + 200_000).toISOString()

/** Every state that the page can show. */
export const PAGE_CASES: readonly PageCase[] = [
  { name: 'open', state: 'open' },
  { name: 'live', state: 'open', changes: () => ({ livemode: true, customer_email: 'buyer@example.com' }) },
  {
    name: 'declined',
    state: 'open',
    changes: () => ({ attempt_error: { code: 'insufficient_funds' } }),
  },
  { name: 'more-time', state: 'open', changes: () => ({ expires_at: soon() }) },
  {
    name: 'fields-missing',
    state: 'open',
    changes: () => ({ element: null }),
  },
  {
    name: 'bank',
    state: 'authenticate',
    changes: ({ challenge_url }) => ({ action: { kind: 'frame', url: challenge_url } }),
  },
  {
    name: 'bank-page',
    state: 'authenticate',
    changes: () => ({ action: { kind: 'redirect', url: 'https://bank.example/confirm' } }),
  },
  { name: 'processing', state: 'processing' },
  {
    name: 'confirming',
    state: 'processing',
    async prepare({ bench, page }) {
      bench.state = 'paid'
      await page.locator('.confirming').waitFor()
    },
  },
  { name: 'paid', state: 'paid' },
  {
    name: 'paid-no-email',
    state: 'paid',
    changes: () => ({ customer_email: null, receipt: asking(sampleView('paid').receipt) }),
  },
  { name: 'already-paid', state: 'already_paid' },
  { name: 'receipt', state: 'receipt' },
  { name: 'failed', state: 'failed' },
  { name: 'expired', state: 'expired' },
  { name: 'unknown', state: 'unknown' },
]
