import { inTransaction, isDbError, UNIQUE_VIOLATION } from '../db/sql.ts'
import { platform } from '../ledger/platform.ts'
import { post } from '../ledger/post.ts'
import type { Posting } from '../ledger/posting.ts'
import { addCapital, fundVenue, skim } from '../ledger/postings/treasury.ts'
import { SkiroError } from '../lib/errors.ts'
import { ASSETS, CRYPTOS, type Crypto, type Fiat, FIATS, parseDecimal } from '../lib/money.ts'
import { defineCommand } from './command.ts'
import { MODE } from './tenantOptions.ts'

const MOVES = ['fund-venue', 'skim', 'capital-bank', 'capital-venue', 'capital-wallet'] as const
const ASSET_NAMES = [...FIATS, ...CRYPTOS] as const

export const treasuryBook = defineCommand({
  name: 'treasury book',
  summary: 'book what a person moved: fiat to the exchange, coins out of a wallet, capital',
  details: [
    'fund-venue: fiat went from the bank to the exchange. skim: coins went from a hot wallet to the exchange. capital-bank,',
    'capital-venue, capital-wallet: the owner put money there. It moves nothing, it writes down what was moved.',
    '--reference is the name of the move, such as the number of the bank transfer: each is booked once.',
  ].join('\n'),
  example: 'treasury book --move fund-venue --asset EUR --amount 50000.00 --reference wire-2026-11-28',
  options: {
    mode: MODE,
    move: { type: 'string', required: true, value: '<move>', help: 'what happened: one of those above' },
    asset: { type: 'string', required: true, value: '<asset>', help: 'what was moved' },
    amount: { type: 'string', required: true, value: '<amount>', help: 'how much, in whole units' },
    reference: { type: 'string', required: true, value: '<name>', help: 'name of the move, once for each' },
  },
  async run({ mode, move, asset: name, amount: text, reference }, { context }) {
    const asset = ASSET_NAMES.find((one) => one === name)
    if (!asset) throw refusal('asset', `--asset must be one of ${ASSET_NAMES.join(', ')}, not "${name}".`)
    if (!MOVES.some((one) => one === move))
      throw refusal('move', `--move must be one of ${MOVES.join(', ')}, not "${move}".`)
    const amount = parseDecimal(text, ASSETS[asset].decimals)
    if (!amount) throw refusal('amount', `--amount must be a positive decimal in ${asset}, not "${text}".`)
    if (!/^[\w.:/-]{1,100}$/.test(reference))
      throw refusal('reference', '--reference must be up to 100 letters, digits and . : / - _')
    const postings = postingsOf(move, asset, amount)
    const { db } = await context()
    const key = `treasury:${move}:${reference}`
    try {
      await inTransaction(db, (tx) => post(tx, platform(mode === 'live'), key, postings))
    } catch (error) {
      if (!isDbError(error, UNIQUE_VIOLATION)) throw error
      throw refusal('reference', `A ${move} with the reference ${reference} is booked already.`)
    }
    return {
      json: { object: 'journal', mode, key, asset, amount: text },
      text: `Booked in ${mode} mode: ${move} of ${text} ${asset}, ${reference}.\n`,
    }
  },
})

function postingsOf(move: string, asset: Fiat | Crypto, amount: bigint): Posting[] {
  const fiat = FIATS.find((one) => one === asset)
  const crypto = CRYPTOS.find((one) => one === asset)
  if (move === 'fund-venue' && fiat) return fundVenue({ amount, asset: fiat })
  if (move === 'skim' && crypto) return skim({ amount, asset: crypto })
  if (move === 'capital-bank' && fiat) return addCapital('bank', { amount, asset })
  if (move === 'capital-venue') return addCapital('venue', { amount, asset })
  if (move === 'capital-wallet' && crypto) return addCapital('hot_wallet', { amount, asset })
  throw refusal('asset', `${move} cannot be of ${asset}.`)
}

function refusal(param: string, message: string): SkiroError {
  return new SkiroError('invalid_request', { param, message })
}
