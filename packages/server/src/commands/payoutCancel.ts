import { SkiroError } from '../lib/errors.ts'
import { cancelBatchOf } from '../payouts/cancelBatch.ts'
import { defineCommand } from './command.ts'
import { TENANT, payoutRef } from './tenantOptions.ts'

export const payoutCancel = defineCommand({
  name: 'payout cancel',
  summary: 'take back the transaction that a payout is in, while no block has it',
  details: [
    'For a transaction that nobody mines. Its place is taken by one that pays nobody; all payouts that were in it are',
    'paid by another one, once the one that pays nobody is final. If a block takes the first one after all, that counts.',
  ].join('\n'),
  example: 'payout cancel --merchant mer_01jf2m8s5v0x3c9q6w4e7r1t2y --payout po_01jf2m8s5v0x3c9q6w4e7r1t2y',
  options: {
    ...TENANT,
    payout: { type: 'string', required: true, value: '<po_…>', help: 'id of a payout that was sent' },
  },
  async run({ payout, ...values }, { context }) {
    const batch = await cancelBatchOf(await context(), payoutRef(payout, values))
    if (!batch) {
      throw new SkiroError('not_found', {
        message: `${payout} of ${values.merchant} is in no transaction now: it waits for one, or has ended.`,
      })
    }
    return {
      json: { object: 'payout_batch', id: batch.id, livemode: batch.livemode, cancel_asked: true },
      text: `The transaction of ${payout} will be taken back. The payout stays owed until the chain has decided.\n`,
    }
  },
})
