import { open } from '../../lib/secrets.ts'
import { secretContext } from '../../webhooks/secretContext.ts'
import type { Check } from './check.ts'
import { fail, ok } from './finding.ts'
import { type SealedSecret, someSecrets } from './store.ts'

const EACH_END = 10

/** Whether SKIRO_KEY_ENCRYPTION_KEY opens what was sealed: a restored database often meets another key. */
export const encryptionKey: Check = {
  name: 'encryption key',
  needs_database: true,
  async run({ ctx }) {
    const opens = (row: SealedSecret) => {
      try {
        open(row.secret_sealed, ctx.config.key_encryption_key, secretContext(row, row.id))
        return true
      } catch {
        return false
      }
    }
    const rows = await someSecrets(ctx.db, EACH_END)
    const opened = rows.filter(opens).length
    if (rows.length === 0) return [ok('encryption key', 'Nothing is sealed yet.')]
    if (opened === rows.length)
      return [ok('encryption key', `It opens ${opened} of ${rows.length} stored secrets that were tried.`)]
    return [
      fail(
        'encryption key',
        `It opens ${opened} of ${rows.length} stored secrets that were tried: webhooks cannot be signed.`,
        'Set SKIRO_KEY_ENCRYPTION_KEY to the key that this database was used with. It is kept with the backups of the settings.',
      ),
    ]
  },
}
