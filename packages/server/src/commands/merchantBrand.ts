import { readFile } from 'node:fs/promises'
import { parse } from '../http/parse.ts'
import { SkiroError } from '../lib/errors.ts'
import { brandingBody } from '../merchants/brandingBody.ts'
import { setBranding } from '../merchants/branding/setBranding.ts'
import { findMerchant } from '../merchants/findMerchant.ts'
import type { Merchant } from '../merchants/merchant.ts'
import { defineCommand, UsageError } from './command.ts'
import { facts } from './table.ts'
import { found, TENANT, tenantOf } from './tenantOptions.ts'

const NAME = 'merchant brand'

const FIELDS = {
  'display-name': {
    type: 'string',
    value: '<name>',
    help: "what customers read instead of the merchant's name",
  },
  'support-email': { type: 'string', value: '<address>', help: 'where customers ask' },
  'support-url': { type: 'string', value: '<url>', help: 'the page of help' },
  'support-phone': { type: 'string', value: '<number>', help: 'such as +49 30 1234567' },
  'terms-url': { type: 'string', value: '<url>', help: 'the terms of sale' },
  'privacy-url': { type: 'string', value: '<url>', help: 'what is done with personal data' },
  'statement-descriptor': {
    type: 'string',
    value: '<text>',
    help: 'on the card statement: 5 to 22 letters, digits and . , & / -',
  },
  'brand-color': { type: 'string', value: '<rrggbb>', help: 'links, focus and the mark' },
  'button-color': {
    type: 'string',
    value: '<rrggbb>',
    help: 'the pay button; the brand colour when left out',
  },
  logo: { type: 'string', value: '<file>', help: 'PNG, JPEG, WebP or SVG, at most 512 KB' },
} as const

const NAMES = Object.keys(FIELDS) as (keyof typeof FIELDS)[]

export const merchantBrand = defineCommand({
  name: NAME,
  summary: 'set or show what customers of a merchant see: name, logo, colours, contact, terms',
  details: [
    'Sets what is given and keeps the rest. With nothing to set it shows what there is. Links must be https in live mode.',
    'The logo is drawn anew as PNG; text in an SVG must be outlines. Text stays readable with any colour.',
  ].join('\n'),
  example: `${NAME} --merchant mer_01jf2m8s5v0x3c9q6w4e7r1t2y --brand-color 1f6b4f --support-email help@shop.example`,
  options: {
    ...TENANT,
    ...FIELDS,
    clear: {
      type: 'string',
      multiple: true,
      choices: NAMES,
      value: '<option>',
      help: 'take what that option sets away, such as logo',
    },
  },
  async run({ clear, ...values }, { context }) {
    const { merchant, mode, logo } = values
    const tenant = tenantOf(values)
    const set = new Map<string, string | Buffer>()
    for (const name of NAMES) {
      const value = values[name]
      if (value !== undefined) set.set(name, value)
    }
    if (logo !== undefined) set.set('logo', await readPicture(logo))
    const both = clear.find((name) => set.has(name))
    if (both !== undefined) throw new UsageError(`Give either --${both} or --clear ${both}.`, NAME)
    const fields = [...set, ...clear.map((name) => [name, null] as const)]
    const input = parse(
      brandingBody(tenant.livemode),
      Object.fromEntries(fields.map(([name, value]) => [name.replaceAll('-', '_'), value])),
    )
    const ctx = await context()
    const work = fields.length > 0 ? setBranding(ctx, tenant, input) : findMerchant(ctx, tenant)
    const { branding, name } = await found(work, `There is no merchant ${merchant}.`)
    return {
      json: { object: 'merchant', id: merchant, livemode: tenant.livemode, name, branding },
      text: `What customers see in ${mode} mode:\n\n${facts(lines(name, branding))}`,
    }
  },
})

async function readPicture(path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (cause) {
    throw new SkiroError('invalid_request', {
      param: 'logo',
      message: `logo: ${path} cannot be read.`,
      cause,
    })
  }
}

function lines(name: string, branding: Merchant['branding']) {
  const { display_name, ...rest } = branding
  const named: [string, string | null][] = Object.entries(rest).map(([field, value]) => [
    field.replaceAll('_', ' ').replace('url', 'URL').replace('color', 'colour'),
    value,
  ])
  return [['name', display_name ?? name] as [string, string | null], ...named]
}
