import type { PageView } from '../view.ts'
import { linkOf } from './trustBlock.ts'

/**
 * The merchant's own site, for who wants to go back before paying: where the support page is, when the terms or the
 * privacy policy are there too. One address alone may be that of a helpdesk, or of a host of policies: no shop. Null: not
 * known.
 */
export function ownSite({ brand, livemode }: PageView): string | null {
  const [support, ...policies] = [brand?.support_url, brand?.terms_url, brand?.privacy_url].map(
    (text) => linkOf(text ?? null, livemode)?.origin,
  )
  return support !== undefined && policies.includes(support) ? support : null
}
