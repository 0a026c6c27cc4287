import type { LedgerAsset } from '../../../../lib/money.ts'

/** What Kraken calls our assets in requests. */
export const NAMES: Readonly<Record<LedgerAsset, string>> = {
  USD: 'USD',
  EUR: 'EUR',
  GBP: 'GBP',
  CAD: 'CAD',
  AUD: 'AUD',
  USDT: 'USDT',
  USDC: 'USDC',
  BTC: 'XBT',
  ETH: 'ETH',
  POL: 'POL',
}

/** Answers carry the older names too: XXBT, XETH, ZUSD. Null: none of ours. */
export function assetOf(name: string): LedgerAsset | null {
  const short = name.replace(/^X(?=XBT$|ETH$)/, '').replace(/^Z(?=(?:USD|EUR|GBP|CAD|AUD)$)/, '')
  const found = Object.entries(NAMES).find(([, known]) => known === short)
  return found ? (found[0] as LedgerAsset) : null
}
