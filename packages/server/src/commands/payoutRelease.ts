import { SkiroError } from '../lib/errors.ts'
import { clearPayee } from '../payouts/clearPayee.ts'
import { defineCommand } from './command.ts'
import { TENANT, payoutRef } from './tenantOptions.ts'

export const payoutRelease = defineCommand({
  name: 'payout release',
  summary: 'pay to an address after all that is a contract on another network only',
  details: [
    'For a payout that is held as contract_elsewhere, once the merchant has shown that he can use the address on the',
    'network that is paid on: nobody can take a payout back. Holds for everything that he is paid to that address there.',
  ].join('\n'),
  example: 'payout release --merchant mer_01jf2m8s5v0x3c9q6w4e7r1t2y --payout po_01jf2m8s5v0x3c9q6w4e7r1t2y',
  options: {
    ...TENANT,
    payout: { type: 'string', required: true, value: '<po_…>', help: 'id of a payout that is held' },
  },
  async run({ payout, ...values }, { context }) {
    const ref = payoutRef(payout, values)
    const cleared = await clearPayee(await context(), ref)
    if (!cleared) {
      throw new SkiroError('not_found', {
        message: `${payout} of ${values.merchant} is not held as contract_elsewhere.`,
      })
    }
    const { network, address, payouts } = cleared
    return {
      json: { object: 'cleared_payee', ...ref, network, address, payouts },
      text: `${values.merchant} is paid to ${address} on ${network}; payouts that waited for that: ${payouts}.\n`,
    }
  },
})
