import { z } from 'zod'
import { ASSETS, type Asset, parseDecimal } from '../lib/money.ts'
import { file, secret, url } from './kinds.ts'

/** Where the key of the hot wallet is. */
export const signer = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('key'), private_key: secret }),
  z.strictObject({ kind: z.literal('keystore'), file, passphrase_file: file.optional() }),
  z.strictObject({
    kind: z.literal('kms'),
    region: z.string().regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/),
    key_id: z.string().min(1),
    access_key_id: z.string().min(1),
    secret_access_key: secret,
    session_token: secret.optional(),
    endpoint: url.optional(),
  }),
  z.strictObject({ kind: z.literal('remote'), socket: file }),
])

/** Decimals of what fees are paid in. */
const COIN_DECIMALS: Readonly<Record<string, number>> = { ETH: 18, POL: 18, BTC: 8 }
function limits(decimals: (name: string) => number | undefined) {
  const table = z.record(
    z.string(),
    z.strictObject({ transaction: z.string(), hour: z.string(), day: z.string() }),
  )
  return table.transform((names, context) => {
    const complain = (path: string[], message: string) => {
      context.addIssue({ code: 'custom', path, message })
      return 0n
    }
    return Object.fromEntries(
      Object.entries(names).map(([name, caps]) => {
        const digits = decimals(name)
        const read = (window: 'transaction' | 'hour' | 'day') => {
          if (digits === undefined) return complain([name], 'is not an asset or coin that has limits')
          const amount = parseDecimal(caps[window], digits)
          return amount ?? complain([name, window], `must be a decimal with at most ${digits} decimals`)
        }
        const { transaction, hour, day } = {
          transaction: read('transaction'),
          hour: read('hour'),
          day: read('day'),
        }
        if (transaction > hour || hour > day)
          complain([name], 'an hour needs at least what a transaction may have, and a day what an hour may')
        return [name, { transaction, hour, day }]
      }),
    )
  })
}
/** What a signer signs at most, in minor units. Written as decimals in major units. */
export const signerPolicy = z.strictObject({
  caps: limits((name) => (Object.hasOwn(ASSETS, name) ? ASSETS[name as Asset].decimals : undefined)),
  fees: limits((name) => (Object.hasOwn(COIN_DECIMALS, name) ? COIN_DECIMALS[name] : undefined)),
})
