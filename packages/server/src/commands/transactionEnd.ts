import { SkiroError } from '../lib/errors.ts'
import { isId } from '../lib/ids.ts'
import { endUnknown } from '../transactions/endUnknown.ts'
import { transactionPorts } from '../wiring.ts'
import { defineCommand } from './command.ts'
import { TENANT, tenantOf } from './tenantOptions.ts'

export const transactionEnd = defineCommand({
  name: 'transaction end',
  summary: 'say that the acquirer never had a payment, so that the session can be paid again',
  details: [
    'Only for a charge that `transaction unknown` shows without a reference, after somebody has asked the acquirer. It is',
    'looked for there once more first. One with a reference is settled at the acquirer, and seen here within a minute.',
  ].join('\n'),
  example:
    'transaction end --merchant mer_01jf2m8s5v0x3c9q6w4e7r1t2y --transaction txn_01jf2m8s5v0x3c9q6w4e7r1t2y',
  options: {
    ...TENANT,
    transaction: {
      type: 'string',
      required: true,
      value: '<txn_…>',
      help: 'id, as `transaction unknown` shows it',
    },
  },
  async run({ transaction: id, ...values }, { context }) {
    const tenant = tenantOf(values)
    if (!isId('transaction', id)) {
      throw new SkiroError('invalid_request', {
        param: 'transaction',
        message: `--transaction must be an id like txn_01jf2m8s5v0x3c9q6w4e7r1t2y, not "${id}".`,
      })
    }
    const ctx = await context('adapters')
    const ended = await endUnknown(ctx, transactionPorts(ctx), { ...tenant, id })
    return {
      json: { object: 'transaction', id, livemode: ended.livemode, state: ended.state },
      text: `${id} is declined: no card was charged. Its session can be paid again.\n`,
    }
  },
})
