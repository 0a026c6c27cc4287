import { SkiroError } from '../lib/errors.ts'
import { isId } from '../lib/ids.ts'
import { ASSETS, type LedgerAsset, parseDecimal } from '../lib/money.ts'
import { findOrder } from '../treasury/orderStore.ts'
import { resolveOrder } from '../treasury/resolveOrder.ts'
import { defineCommand } from './command.ts'
import { MODE } from './tenantOptions.ts'
import { renderOrder } from './treasuryOrders.ts'

export const treasuryResolve = defineCommand({
  name: 'treasury resolve',
  summary: 'say what became of an order that the exchange does not show',
  details: [
    'Only for an order that is `manual`, or that nothing was heard of for ten minutes, after somebody has looked into the',
    'account at the exchange. `failed`: it was never there, or its coins came back; the treasury may then order anew.',
    '`done`: it was, and --filled, --paid and --fee are what the exchange says; they are booked.',
  ].join('\n'),
  example: 'treasury resolve --order to_01jf2m8s5v0x3c9q6w4e7r1t2y --outcome failed',
  options: {
    mode: MODE,
    order: { type: 'string', required: true, value: '<to_…>', help: 'id, as `treasury orders` shows it' },
    outcome: {
      type: 'string',
      required: true,
      choices: ['done', 'failed'],
      help: 'what became of it',
    },
    filled: { type: 'string', value: '<amount>', help: 'with done: what was bought, or what arrived' },
    paid: { type: 'string', value: '<amount>', help: 'with done, of a hedge: what was paid for it' },
    fee: {
      type: 'string',
      value: '<amount>',
      help: 'with done: what the exchange kept, of a refill in its coin',
    },
  },
  async run({ mode, order: id, outcome, filled, paid, fee }, { context }) {
    if (!isId('treasury_order', id)) throw refusal('order', `an id like to_01jf2m8s5v0x3c9q6w4e7r1t2y`, id)
    const ctx = await context()
    const ref = { livemode: mode === 'live', id }
    const order = await findOrder(ctx.db, ref)
    const given = Object.entries({ filled, paid, fee }).find(([, value]) => value !== undefined)
    if (outcome === 'failed' && given) {
      throw new SkiroError('invalid_request', {
        param: given[0],
        message: `--${given[0]} belongs to --outcome done.`,
      })
    }
    const read = (name: string, text: string | undefined, asset: LedgerAsset): bigint => {
      const amount = text === undefined ? null : parseDecimal(text, ASSETS[asset].decimals)
      if (amount === null) throw refusal(name, `a plain decimal in ${asset}, with --outcome done`, text)
      return amount
    }
    const money_asset = order?.kind === 'hedge' ? order.currency : order?.asset
    const ended = await resolveOrder(
      ctx,
      ref,
      outcome === 'failed' || !order || !money_asset
        ? { outcome: 'failed' }
        : {
            outcome: 'done',
            filled: read('filled', filled, order.asset),
            ...(order.kind === 'hedge' || paid !== undefined
              ? { paid: read('paid', paid, money_asset) }
              : undefined),
            fee: read('fee', fee, money_asset),
          },
    )
    return { json: renderOrder(ended), text: `${id} is ${ended.state}: settled by a person.\n` }
  },
})

function refusal(param: string, expected: string, given: string | undefined): SkiroError {
  const not = given === undefined ? '' : `, not "${given}"`
  return new SkiroError('invalid_request', { param, message: `--${param} must be ${expected}${not}.` })
}
