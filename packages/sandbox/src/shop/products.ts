import type { Currency, PayoutCurrency } from 'skiro'
import { type Html, html } from './html.ts'

/** Something the shop sells. `amount` is the price in major units of any currency. */
export type Product = { id: string; name: string; line: string; amount: `${number}`; picture: Html }

/** Currencies a tester may ask for with `?currency=`. The first is the shop's own. */
export const CURRENCIES: readonly [Currency, ...Currency[]] = ['USD', 'EUR', 'GBP', 'CAD', 'AUD']

/** Crypto a tester may ask for with `?payout_currency=`. The first is the shop's own. */
export const PAYOUT_CURRENCIES: readonly [PayoutCurrency, ...PayoutCurrency[]] = [
  'USDT',
  'USDC',
  'ETH',
  'BTC',
]

/** All the shop sells. */
export const PRODUCTS: readonly Product[] = [
  {
    id: 'lamp',
    name: 'Desk lamp',
    line: 'Warm light, brass neck, a switch that clicks.',
    amount: '49.99',
    picture: html`<path d="M52 20 30 52l18 40" class="line"/><path d="m52 20 34 4 6 30-46-8z" class="fill"/><path d="M30 98h40" class="line"/><circle cx="70" cy="60" r="5" class="glow"/>`,
  },
  {
    id: 'notebook',
    name: 'Field notebook',
    line: '96 dotted pages that lie flat.',
    amount: '19.00',
    picture: html`<rect x="32" y="18" width="58" height="82" rx="5" class="fill"/><path d="M44 18v82" class="line"/><path d="M56 40h22M56 52h22M56 64h14" class="thin"/><path d="M78 18v22l-5-5-5 5V18" class="glow"/>`,
  },
  {
    id: 'headphones',
    name: 'Headphones',
    line: 'Closed, quiet, forty hours on one charge.',
    amount: '129.00',
    picture: html`<path d="M28 72V62a32 32 0 0 1 64 0v10" class="line"/><rect x="22" y="66" width="18" height="32" rx="8" class="fill"/><rect x="80" y="66" width="18" height="32" rx="8" class="fill"/><circle cx="89" cy="82" r="4" class="glow"/>`,
  },
]

/** What the shop calls a product; its id when the shop has stopped selling it. */
export function nameOf(id: string): string {
  return PRODUCTS.find((product) => product.id === id)?.name ?? id
}
