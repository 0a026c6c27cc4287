import { z } from 'zod'

/** `branding` of the merchant object, for the OpenAPI document. */
export const brandingSchema = z.object({
  display_name: z
    .string()
    .nullable()
    .describe('What customers read instead of `name`.')
    .meta({ example: 'Lamp & Co.' }),
  support_email: z
    .string()
    .nullable()
    .describe('Where customers ask. Null, with no other support contact: `email`.')
    .meta({ example: 'help@shop.example.com' }),
  support_url: z
    .string()
    .nullable()
    .describe('Page of help.')
    .meta({ example: 'https://shop.example.com/help' }),
  support_phone: z.string().nullable().describe('International number.').meta({ example: '+49 30 1234567' }),
  terms_url: z
    .string()
    .nullable()
    .describe('Terms of sale.')
    .meta({ example: 'https://shop.example.com/terms' }),
  privacy_url: z
    .string()
    .nullable()
    .describe('What is done with personal data.')
    .meta({ example: 'https://shop.example.com/privacy' }),
  statement_descriptor: z
    .string()
    .nullable()
    .describe('What card statements show. Transactions that exist keep theirs.')
    .meta({ example: 'LAMP CO BERLIN' }),
  brand_color: z
    .string()
    .nullable()
    .describe('Links, focus and the mark, as `#rrggbb`; made darker or lighter where it could not be read.')
    .meta({ example: '#1f6b4f' }),
  button_color: z
    .string()
    .nullable()
    .describe('The pay button. Null: `brand_color`.')
    .meta({ example: '#1f6b4f' }),
  logo_url: z
    .string()
    .nullable()
    .describe('The logo as PNG, at an address of its own for each picture.')
    .meta({ example: 'https://pay.example.com/_page/logo/3f1c0a7be1d24c5f9a6b8d7e2f104c55.png' }),
})
