import { listUnknown } from '../transactions/unknownStore.ts'
import { defineCommand } from './command.ts'
import { table } from './table.ts'

const MOST = 1000

export const transactionUnknown = defineCommand({
  name: 'transaction unknown',
  summary: 'charges that need a person: nobody knows what became of a call to the acquirer',
  details: [
    'Its answer was lost, and its key is too old to send it again, so it is only looked up. Find out at the acquirer, by',
    'the reference, or by our transaction id where there is none: see "A charge that nobody knows" in docs/operations.md.',
  ].join('\n'),
  example: 'transaction unknown',
  options: {},
  async run(_, { context }) {
    const charges = await listUnknown((await context()).db, MOST)
    const data = charges.map(({ livemode, merchant_id, id, ...charge }) => ({
      mode: livemode ? 'live' : 'test',
      merchant: merchant_id,
      transaction: id,
      state: charge.state,
      since: charge.unknown_since,
      acquirer: charge.acquirer,
      reference: charge.acquirer_ref,
    }))
    return {
      json: { object: 'list', data },
      text: table(
        ['MODE', 'MERCHANT', 'TRANSACTION', 'STATE', 'SINCE', 'ACQUIRER', 'REFERENCE'],
        data.map((row) => Object.values(row)),
        'No charge needs a person.',
      ),
    }
  },
})
