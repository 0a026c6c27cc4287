import type { Context } from '../../context.ts'
import { open } from '../../lib/seal.ts'
import { secretContext } from '../../webhooks/secretContext.ts'
import { SEALED_COLUMNS } from '../sealed/columns.ts'
import { type KeyCount, namedCounts } from '../sealed/countKeys.ts'
import { countSomeHeads } from '../sealed/store.ts'
import type { Check } from './check.ts'
import { type Finding, fail, ok } from './finding.ts'
import { type SealedSecret, someSecrets } from './store.ts'

const NAME = 'encryption key'
const EACH_END = 10
/** Per column: the doctor takes seconds. `secrets rewrap --check` counts all. */
const ROWS_MAX = 100_000

/**
 * Whether the keys of the settings open what was sealed: a restored database often meets another key, and a key that
 * was taken away too early leaves something behind.
 */
export const encryptionKey: Check = {
  name: NAME,
  needs_database: true,
  async run({ ctx }) {
    const rows = await someSecrets(ctx.db, EACH_END)
    const opened = rows.filter((row) => opens(ctx, row)).length
    const counts = await countSome(ctx)
    if (opened === rows.length) return [ofCounts(rows.length, counts)]
    return [
      fail(
        NAME,
        `It opens ${opened} of ${rows.length} stored secrets that were tried: webhooks cannot be signed.`,
        `Set SKIRO_KEY_ENCRYPTION_KEY to the key that this database was used with${idOf(counts)}. It is kept with the backups of the settings.`,
      ),
    ]
  },
}

function opens(ctx: Context, row: SealedSecret): boolean {
  try {
    open(row.secret_sealed, ctx.config.key_encryption_keys, secretContext(row, row.id))
    return true
  } catch {
    return false
  }
}

async function countSome(ctx: Context): Promise<KeyCount[]> {
  const counts = await Promise.all(
    SEALED_COLUMNS.map(async (column) =>
      namedCounts(column, await countSomeHeads(ctx.db, column, ROWS_MAX), ctx.config.key_encryption_keys),
    ),
  )
  return counts.flat()
}

function idOf(counts: readonly KeyCount[]): string {
  const missing = missingKeys(counts)
  return missing === '' ? '' : `, whose id is ${missing}`
}

function missingKeys(counts: readonly KeyCount[]): string {
  const missing = counts.filter(({ standing }) => standing === 'missing')
  return [...new Set(missing.map(({ key }) => key))].join(' and ')
}

function ofCounts(tried: number, counts: readonly KeyCount[]): Finding {
  const missing = counts.filter(({ standing }) => standing === 'missing')
  if (missing.length > 0) {
    return fail(
      NAME,
      `Sealed with the key ${missingKeys(missing)}, which the settings do not have: ${sum(missing)}. These cannot be read.`,
      'Put that key into SKIRO_OTHER_KEY_ENCRYPTION_KEYS, run `skiro-server secrets rewrap`, then take it out again.',
    )
  }
  if (counts.length === 0) return ok(NAME, 'Nothing is sealed yet.')
  const older = sum(counts.filter(({ standing }) => standing !== 'current'))
  const rest = older === 0 ? '' : ` Not under the current key, for secrets rewrap: ${older}.`
  return ok(NAME, `It opens ${tried} of ${tried} stored secrets that were tried.${rest}`)
}

const sum = (counts: readonly KeyCount[]) => counts.reduce((total, { values }) => total + values, 0)
