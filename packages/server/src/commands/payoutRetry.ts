import { SkiroError } from '../lib/errors.ts'
import { retryPayout } from '../payouts/retryPayout.ts'
import { payoutPorts } from '../wiring.ts'
import { defineCommand } from './command.ts'
import { TENANT, payoutRef } from './tenantOptions.ts'

export const payoutRetry = defineCommand({
  name: 'payout retry',
  summary: 'pay again what a payout owed that has failed',
  details: [
    'Makes another payout of the same amount to the same address, once for each that has failed: its transaction is in a',
    'final block and has provably not paid. Find out first why it failed, or it fails again.',
  ].join('\n'),
  example: 'payout retry --merchant mer_01jf2m8s5v0x3c9q6w4e7r1t2y --payout po_01jf2m8s5v0x3c9q6w4e7r1t2y',
  options: {
    ...TENANT,
    payout: { type: 'string', required: true, value: '<po_…>', help: 'id of a payout that has failed' },
  },
  async run({ payout, ...values }, { context }) {
    const ref = payoutRef(payout, values)
    const ctx = await context()
    const retry = await retryPayout(ctx, payoutPorts(ctx), ref)
    if (!retry) {
      throw new SkiroError('not_found', {
        message: `${payout} of ${values.merchant} has not failed, or was tried again already.`,
      })
    }
    return {
      json: { object: 'payout', ...retry, retry_of: payout },
      text: `${retry.id} pays what ${payout} has not paid.\n`,
    }
  },
})
