import { parse } from '../http/parse.ts'
import { setPlan, setPlanInput } from '../merchants/setPlan.ts'
import { defineCommand } from './command.ts'
import { found, MERCHANT, tenantOf } from './tenantOptions.ts'

export const merchantSetPlan = defineCommand({
  name: 'merchant set-plan',
  summary: 'put a merchant on another plan',
  details: 'Holds for both modes. Attempts to pay that exist keep their fee.',
  example: 'merchant set-plan --merchant mer_01jf2m8s5v0x3c9q6w4e7r1t2y --plan pro',
  options: {
    merchant: MERCHANT,
    plan: { type: 'string', required: true, value: '<plan>', help: 'one of SKIRO_PLANS' },
  },
  async run({ merchant, plan }, { context }) {
    const tenant = tenantOf({ merchant, mode: 'test' })
    const input = parse(setPlanInput, { plan })
    const set = await found(setPlan(await context(), tenant, input), `There is no merchant ${merchant}.`)
    return {
      json: { object: 'merchant', ...set },
      text: `${set.id} is on the plan ${set.plan}: ${set.fee_bps} bps of every new payment.\n`,
    }
  },
})
