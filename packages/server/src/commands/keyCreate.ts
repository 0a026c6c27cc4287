import { parse } from '../http/parse.ts'
import { createKey, createKeyInput } from '../merchants/createKey.ts'
import { ensureDefaultEndpoint } from '../webhooks/ensureDefaultEndpoint.ts'
import { defineCommand } from './command.ts'
import { facts } from './table.ts'
import { found, TENANT, tenantOf } from './tenantOptions.ts'

export const keyCreate = defineCommand({
  name: 'key create',
  summary: 'make one more API key for a merchant',
  details: [
    'Prints the key once; Skiro keeps only a hash. To change a key: create one, put it in place, revoke the old one.',
    'A key of scope read can look at everything of its mode and change nothing.',
  ].join('\n'),
  example: 'key create --merchant mer_01jf2m8s5v0x3c9q6w4e7r1t2y --label "shop backend"',
  options: {
    ...TENANT,
    label: { type: 'string', required: true, value: '<text>', help: 'where the key is used, for the list' },
    scope: { type: 'string', choices: ['full', 'read'], default: 'full', help: 'what the key may do' },
    'expires-at': {
      type: 'string',
      value: '<time>',
      help: 'ISO 8601, e.g. 2027-01-31T12:00:00Z; never when left out',
    },
  },
  async run({ label, scope, 'expires-at': expires_at, ...values }, { context }) {
    const tenant = tenantOf(values)
    const input = parse(createKeyInput, { label, scope, expires_at })
    const ctx = await context()
    const missing = `There is no merchant ${values.merchant}.`
    const key = await found(createKey(ctx, tenant, input), missing)
    // The first key of a mode opens that mode: what signs its webhooks must be there too. After the key, so that a key
    // that is refused does not leave a secret that nobody was shown.
    const webhook_secret = await found(ensureDefaultEndpoint(ctx, tenant), missing)
    return {
      json: { ...key, ...(webhook_secret !== null && { webhook_secret }) },
      text:
        `Key made for ${values.mode} mode.\n\n` +
        facts([
          ['key', key.key],
          ['id', key.id],
          ['label', key.label],
          ['scope', key.scope],
          ['expires', key.expires_at === null ? 'never' : key.expires_at],
          ...(webhook_secret === null ? [] : [['webhook secret', webhook_secret] as const]),
        ]) +
        (webhook_secret === null
          ? '\nThe key is shown this once. Keep it now; nobody can look it up later.\n'
          : '\nKey and secret are shown this once. Keep them now; nobody can look them up later.\n'),
    }
  },
})
