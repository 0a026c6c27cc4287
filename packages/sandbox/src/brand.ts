import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type GatewayOptions, runGateway } from './gateway.ts'
import { SUPPORT_EMAIL } from './shop/policies.ts'
import { readJson, writeJson } from './state.ts'

const LOGO = new URL('./shop/logo.svg', import.meta.url).pathname

/**
 * Makes the payment page look like the demo shop. Once for each look, merchant and address of the shop: what a developer
 * changes with `merchant brand` stays.
 */
export async function ensureBrand(file: string, shop_url: string, gateway: GatewayOptions): Promise<void> {
  const kept = readJson<{ merchant_id: string; brand?: string }>(file)
  if (kept === null) throw new Error(`${file} holds no merchant to give a look to.`)
  const words = [
    ...['merchant', 'brand', '--merchant', kept.merchant_id, '--mode', 'test', '--logo', LOGO],
    ...['--brand-color', '1f6b4f', '--statement-descriptor', 'FERN & FIELD'],
    ...['--support-email', SUPPORT_EMAIL, '--support-url', `${shop_url}/help`],
    ...['--terms-url', `${shop_url}/terms`, '--privacy-url', `${shop_url}/privacy`],
  ]
  const brand = createHash('sha256').update(words.join('\n')).update(readFileSync(LOGO)).digest('hex')
  if (kept.brand === brand) return
  await runGateway(gateway, ...words)
  // Read again: the shop may have kept a new webhook secret meanwhile.
  writeJson(file, { ...readJson<object>(file), brand })
}
