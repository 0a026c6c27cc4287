import { parse } from '../http/parse.ts'
import { revokeKey, revokeKeyInput } from '../merchants/revokeKey.ts'
import { defineCommand } from './command.ts'
import { found, TENANT, tenantOf } from './tenantOptions.ts'

export const keyRevoke = defineCommand({
  name: 'key revoke',
  summary: 'end an API key, at once and for good',
  details: 'The next request with it is refused, whichever process gets it. Doing it twice is no error.',
  example: 'key revoke --merchant mer_01jf2m8s5v0x3c9q6w4e7r1t2y --key sk_test_9vB3kQ7xWm2L',
  options: {
    ...TENANT,
    key: {
      type: 'string',
      required: true,
      value: '<key>',
      help: 'how the key begins, as `key list` shows it',
    },
  },
  async run({ key: id, ...values }, { context }) {
    const tenant = tenantOf(values)
    const input = parse(revokeKeyInput, { id })
    const other = values.mode === 'live' ? 'test' : 'live'
    const key = await found(
      revokeKey(await context(), tenant, input),
      `${values.merchant} has no such key in ${values.mode} mode. Is it one of --mode ${other}?`,
    )
    return { json: key, text: `${key.prefix}… (${key.label}) is revoked since ${key.revoked_at}.\n` }
  },
})
