import { type Sql, type Tx, maybeOne } from '../../db/sql.ts'
import type { Tenant } from '../../lib/tenant.ts'
import { type BrandingRow, type LogoFacts, NO_BRANDING } from './branding.ts'

/** A BrandingRow, ready for a `where`. */
export const SELECT_BRANDING = `select display_name, support_email, support_url, support_phone, terms_url, privacy_url,
  statement_descriptor, brand_color, button_color,
  case when logo_hash is not null then json_build_object('hash', logo_hash, 'width', logo_width, 'height', logo_height,
    'fades_on', logo_fades_on) end logo
  from merchant_branding`

/** What the merchant has set in that mode; nothing of it when it never did. */
export async function findBranding(sql: Sql, tenant: Tenant): Promise<BrandingRow> {
  const row = await maybeOne<BrandingRow>(
    sql,
    `${SELECT_BRANDING} where merchant_id = $1 and livemode = $2`,
    [tenant.merchant_id, tenant.livemode],
  )
  return row ?? NO_BRANDING
}

export type NewLogo = LogoFacts & { readonly png: Buffer }

/** Writes the whole row. `logo` undefined keeps the one there is, null takes it away. */
export async function saveBranding(
  tx: Tx,
  tenant: Tenant,
  branding: Omit<BrandingRow, 'logo'>,
  logo: NewLogo | null | undefined,
): Promise<void> {
  await tx.query(
    `insert into merchant_branding as b (merchant_id, livemode, display_name, support_email, support_url, support_phone,
       terms_url, privacy_url, statement_descriptor, brand_color, button_color)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     on conflict (merchant_id, livemode) do update set display_name = excluded.display_name,
       support_email = excluded.support_email, support_url = excluded.support_url,
       support_phone = excluded.support_phone, terms_url = excluded.terms_url, privacy_url = excluded.privacy_url,
       statement_descriptor = excluded.statement_descriptor, brand_color = excluded.brand_color,
       button_color = excluded.button_color, updated_at = now()`,
    [
      tenant.merchant_id,
      tenant.livemode,
      branding.display_name,
      branding.support_email,
      branding.support_url,
      branding.support_phone,
      branding.terms_url,
      branding.privacy_url,
      branding.statement_descriptor,
      branding.brand_color,
      branding.button_color,
    ],
  )
  if (logo === undefined) return
  await tx.query(
    `update merchant_branding set logo_hash = $3, logo_png = $4, logo_width = $5, logo_height = $6, logo_fades_on = $7
     where merchant_id = $1 and livemode = $2`,
    [
      tenant.merchant_id,
      tenant.livemode,
      logo?.hash ?? null,
      logo?.png ?? null,
      logo?.width ?? null,
      logo?.height ?? null,
      logo?.fades_on ?? null,
    ],
  )
}

/** The PNG at that address, whoever's it is: all that see a page see its logo. Null: there is none, or none any more. */
export async function findLogo(sql: Sql, hash: string): Promise<Buffer | null> {
  const row = await maybeOne<{ logo_png: Buffer }>(
    sql,
    'select logo_png from merchant_branding where logo_hash = $1',
    [hash],
  )
  return row?.logo_png ?? null
}
