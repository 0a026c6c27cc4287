import { z } from 'zod'
import { type Crypto, CRYPTOS, type Fiat, FIATS } from '../../../../lib/money.ts'
import type { Exchange, Market, MarketRules } from '../../../exchange.ts'
import { getJson } from '../../shared/getJson.ts'
import { parseWire } from '../../shared/levels.ts'
import { PAIRS } from '../pairs.ts'
import { minorUnits } from './amounts.ts'
import { assetOf } from './assets.ts'
import { createCall, type Credentials } from './call.ts'
import { addOrder, findOrder, symbolOf } from './orders.ts'
import { findWithdrawal, withdraw } from './withdrawals.ts'

const ID = 'kraken'
const Balances = z.record(z.string(), z.object({ balance: z.string(), hold_trade: z.string() }))
const AssetPairs = z.object({
  error: z.array(z.string()),
  result: z.record(
    z.string(),
    z.object({
      altname: z.string(),
      pair_decimals: z.int().min(0).max(18),
      lot_decimals: z.int().min(0).max(18),
      ordermin: z.string(),
    }),
  ),
})

/**
 * An account at Kraken (docs.kraken.com/api, Spot REST). The key needs: query funds, query and create orders, withdraw.
 * The addresses that may be withdrawn to are saved in the account by a person, each under a name.
 */
export function createKrakenExchange(
  options: { readonly url: string } & Credentials,
  timeout_ms = 5_000,
): Exchange {
  const call = createCall(options.url, options, timeout_ms)
  const rules = new Map<string, MarketRules>()
  return {
    id: ID,
    markets: PAIRS.filter(isMarket).map(({ base, quote }) => ({ base, quote })),
    async balances() {
      const held = await call('BalanceEx', {}, Balances)
      return Object.entries(held).flatMap(([name, { balance, hold_trade }]) => {
        const asset = assetOf(name)
        if (!asset) return []
        const locked = minorUnits(hold_trade, asset, 'ceil')
        const whole = minorUnits(balance, asset, 'floor')
        return [{ asset, free: whole > locked ? whole - locked : 0n, locked }]
      })
    },
    async rules(market) {
      const symbol = symbolOf(market)
      const known = rules.get(symbol)
      if (known) return known
      const { json } = await getJson(ID, options.url, `/0/public/AssetPairs?pair=${symbol}`, timeout_ms)
      const [pair] = Object.values(parseWire(ID, AssetPairs, json).result)
      const read = parseWire(ID, AssetPairs.shape.result.valueType, pair)
      const made = {
        price_decimals: read.pair_decimals,
        amount_decimals: read.lot_decimals,
        min_amount: minorUnits(read.ordermin, market.base, 'ceil'),
      }
      rules.set(symbol, made)
      return made
    },
    place: (order) => addOrder(call, order),
    findOrder: (client_id) => findOrder(call, client_id),
    withdraw: (wanted) => withdraw(call, wanted),
    findWithdrawal: (wanted, reference) => findWithdrawal(call, wanted, reference),
  }
}

function isMarket<P extends { base: string; quote: string }>(pair: P): pair is P & Market {
  return CRYPTOS.includes(pair.base as Crypto) && FIATS.includes(pair.quote as Fiat)
}
