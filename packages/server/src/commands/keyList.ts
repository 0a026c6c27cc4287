import { parse } from '../http/parse.ts'
import { listKeys, listKeysInput } from '../merchants/listKeys.ts'
import { defineCommand } from './command.ts'
import { table } from './table.ts'
import { found, TENANT, tenantOf } from './tenantOptions.ts'

const day = (time: string | null) => time && new Date(time)

export const keyList = defineCommand({
  name: 'key list',
  summary: "list a merchant's API keys, newest first",
  details: 'Shows how a key begins, never the key. The time of last use is up to a minute late.',
  example: 'key list --merchant mer_01jf2m8s5v0x3c9q6w4e7r1t2y',
  options: {
    ...TENANT,
    revoked: { type: 'boolean', help: 'those that were revoked, too' },
  },
  async run({ revoked, ...values }, { context }) {
    const input = parse(listKeysInput, { include_revoked: revoked })
    const data = await found(
      listKeys(await context(), tenantOf(values), input),
      `There is no merchant ${values.merchant}.`,
    )
    const rows = data.map((key) => [
      key.prefix,
      key.label,
      key.scope,
      key.status,
      day(key.created_at),
      day(key.last_used_at),
      day(key.expires_at),
    ])
    return {
      json: { object: 'list', data },
      text: table(
        ['KEY', 'LABEL', 'SCOPE', 'STATUS', 'CREATED', 'LAST USED', 'EXPIRES'],
        rows,
        `No keys in ${values.mode} mode.`,
      ),
    }
  },
})
