import { parse } from '../http/parse.ts'
import { setThreeDs, setThreeDsInput } from '../merchants/setThreeDs.ts'
import { defineCommand } from './command.ts'
import { found, MERCHANT, tenantOf } from './tenantOptions.ts'

export const merchantSetThreeDs = defineCommand({
  name: 'merchant set-three-ds',
  summary: 'say when a merchant’s customers confirm at their bank',
  details: `always: whenever the card knows 3-D Secure. when_needed: only where the bank or the
law insists. Holds for both modes and for attempts to pay made from now on.`,
  example: 'merchant set-three-ds --merchant mer_01jf2m8s5v0x3c9q6w4e7r1t2y --three-ds when_needed',
  options: {
    merchant: MERCHANT,
    'three-ds': { type: 'string', required: true, value: '<when>', help: 'always or when_needed' },
  },
  async run({ merchant, 'three-ds': three_ds }, { context }) {
    const tenant = tenantOf({ merchant, mode: 'test' })
    const input = parse(setThreeDsInput, { three_ds })
    const set = await found(setThreeDs(await context(), tenant, input), `There is no merchant ${merchant}.`)
    return {
      json: { object: 'merchant', ...set },
      text: `Customers of ${set.id} confirm at their bank: ${set.three_ds}.\n`,
    }
  },
})
