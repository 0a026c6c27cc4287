/** The theme of the hosted page. */
export type Theme = 'light' | 'dark'

/** What a merchant shows its customers in one mode. Null: not set. */
export type Branding = {
  display_name: string | null
  support_email: string | null
  support_url: string | null
  /** International, e.g. `+49 30 1234567`. */
  support_phone: string | null
  terms_url: string | null
  privacy_url: string | null
  /** On the card statement, at most 22 characters. */
  statement_descriptor: string | null
  /** `#rrggbb`, lower case. */
  brand_color: string | null
  button_color: string | null
}

/** The logo without its bytes. `fades_on`: the theme whose ground swallows it. Sizes in pixels. */
export type LogoFacts = {
  hash: string
  width: number
  height: number
  fades_on: Theme | null
}

export type BrandingRow = Branding & { logo: LogoFacts | null }

/** Of a merchant that has set nothing. */
export const NO_BRANDING: BrandingRow = {
  display_name: null,
  support_email: null,
  support_url: null,
  support_phone: null,
  terms_url: null,
  privacy_url: null,
  statement_descriptor: null,
  brand_color: null,
  button_color: null,
  logo: null,
}

/** Where a logo is served, below the server's own address. Its content never changes. */
export function logoPath(hash: string): string {
  return `/_page/logo/${hash}.png`
}

/** `branding` of the merchant object. */
export function renderBranding({ logo, ...branding }: BrandingRow, public_url: string) {
  return { ...branding, logo_url: logo && `${public_url}${logoPath(logo.hash)}` }
}
