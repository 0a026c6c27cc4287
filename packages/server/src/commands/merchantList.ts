import { parse } from '../http/parse.ts'
import { listMerchants, listMerchantsInput } from '../merchants/listMerchants.ts'
import { defineCommand } from './command.ts'
import { table } from './table.ts'

export const merchantList = defineCommand({
  name: 'merchant list',
  summary: 'list the merchants of this server, newest first',
  example: 'merchant list --email owner@example.com',
  options: {
    email: { type: 'string', value: '<address>', help: 'only those with this e-mail address' },
    limit: { type: 'string', value: '<count>', default: '100', help: 'at most so many, up to 1000' },
    'starting-after': {
      type: 'string',
      value: '<mer_…>',
      help: 'go on after the last one of the list before',
    },
  },
  async run(values, { context }) {
    const input = parse(listMerchantsInput, {
      email: values.email,
      limit: Number(values.limit),
      starting_after: values['starting-after'],
    })
    const { data, has_more } = await listMerchants(await context(), input)
    const rows = data.map(({ id, name, email, plan, fee_bps, created_at }) => [
      id,
      name,
      email,
      plan,
      fee_bps === null ? 'unknown plan' : `${fee_bps} bps`,
      new Date(created_at),
    ])
    const more = has_more ? `\nThere are more: --starting-after ${data.at(-1)?.id}\n` : ''
    return {
      json: { object: 'list', data, has_more },
      text: table(['MERCHANT', 'NAME', 'EMAIL', 'PLAN', 'FEE', 'CREATED'], rows, 'No merchants.') + more,
    }
  },
})
