import { z } from 'zod'
import { ASSETS, CRYPTOS, type Crypto, FIATS, parseDecimal } from '../lib/money.ts'
import { secret, url } from './kinds.ts'

const asset = z.enum(CRYPTOS)

/** A positive decimal of `asset` in its minor units. */
function minorUnits(text: string, asset: Crypto, path: string[], context: z.RefinementCtx): bigint {
  const amount = parseDecimal(text, ASSETS[asset].decimals)
  if (amount !== null && amount > 0n) return amount
  const message = `must be a positive decimal with at most ${ASSETS[asset].decimals} decimals, such as 100.5`
  context.addIssue({ code: 'custom', path, message })
  return 0n
}

/** One wallet and what it should hold. Amounts come out in minor units. */
const pot = z
  .strictObject({
    network: z.string().regex(/^[a-z][a-z0-9-]{1,30}$/),
    asset,
    alarm: z.string().optional(),
    min: z.string().optional(),
    target: z.string().optional(),
    max: z.string().optional(),
    withdraw_key: z.string().min(1).max(100).optional(),
  })
  .transform(({ network, asset, withdraw_key, ...texts }, context) => {
    const read = (name: keyof typeof texts) => {
      const text = texts[name]
      return text === undefined ? null : minorUnits(text, asset, [name], context)
    }
    const [alarm, min, target, max] = [read('alarm'), read('min'), read('target'), read('max')]
    const issue = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message })
    if (withdraw_key !== undefined && (min === null || target === null))
      issue('withdraw_key', 'a refill needs min and target')
    if (min !== null && target !== null && min >= target) issue('target', 'must be more than min')
    if (target !== null && max !== null && target > max) issue('max', 'must not be less than target')
    return { network, asset, alarm, min, target, max, withdraw_key: withdraw_key ?? null }
  })

const hedge = z
  .strictObject({
    tolerance_bps: z.int().min(0).max(1000).default(50),
    currency: z.enum(FIATS).default('USD'),
    minimum: z.partialRecord(asset, z.string()),
  })
  .transform(({ minimum, ...rest }, context) => ({
    ...rest,
    minimum: new Map(
      Object.entries(minimum).map(([name, text]) => [
        name as Crypto,
        minorUnits(text, name as Crypto, ['minimum', name], context),
      ]),
    ),
  }))

/** See docs/operations.md, Treasury. Without `exchange` nothing is ever ordered. */
export const treasury = z
  .strictObject({
    every_seconds: z.number().min(0.05).max(3600).default(15),
    pots: z.array(pot).default([]),
    exchange: z
      .strictObject({
        id: z.literal('kraken'),
        url: url.default('https://api.kraken.com'),
        api_key: secret,
        private_key: secret,
        deadline_seconds: z.int().min(2).max(60).default(10),
        lag_seconds: z.int().min(1).max(3600).default(15),
      })
      .optional(),
    hedge: hedge.optional(),
  })
  .superRefine(({ pots, exchange, hedge: hedges }, context) => {
    const issue = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path, message })
    const seen = new Set<string>()
    for (const [place, { network, asset: name, withdraw_key }] of pots.entries()) {
      if (seen.has(`${network} ${name}`)) issue(['pots', place], 'this asset on this network is listed twice')
      seen.add(`${network} ${name}`)
      if (withdraw_key !== null && !exchange)
        issue(['pots', place, 'withdraw_key'], 'needs an exchange to withdraw from')
    }
    if (hedges && !exchange) issue(['hedge'], 'needs an exchange to buy at')
  })
