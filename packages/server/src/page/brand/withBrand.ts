import { DEFAULT_DESCRIPTOR } from '../../lib/statementDescriptor.ts'
import { type BrandingRow, logoPath } from '../../merchants/branding/branding.ts'
import type { PageView } from '../view.ts'

/** The view as the merchant wants it to look. Without a support contact of its own, customers get the owner's address. */
export function withBrand(view: PageView, branding: BrandingRow): PageView {
  const { logo, support_email, support_url, support_phone, terms_url, privacy_url } = branding
  const has_contact = [support_email, support_url, support_phone].some((way) => way !== null)
  return {
    ...view,
    merchant_name: branding.display_name ?? view.merchant_name,
    support_email: has_contact ? support_email : view.support_email,
    statement_descriptor: branding.statement_descriptor ?? DEFAULT_DESCRIPTOR,
    brand: {
      logo: logo && { ...logo, path: logoPath(logo.hash) },
      brand_color: branding.brand_color,
      button_color: branding.button_color,
      support_url,
      support_phone,
      terms_url,
      privacy_url,
    },
  }
}
