import type { Context } from '../context.ts'
import type { Tx } from '../db/sql.ts'
import { newId } from '../lib/ids.ts'
import { isMailAddress } from '../lib/mailAddress.ts'
import type { Ref } from '../lib/tenant.ts'
import { insertNotice } from './store.ts'

/** Records, in the transaction that disables a webhook endpoint, that its merchant is told; nothing when mails are off. */
export async function oweNotice(
  { config }: Pick<Context, 'config'>,
  tx: Tx,
  endpoint: Ref,
  address: string,
): Promise<void> {
  if (!config.mail || !isMailAddress(address)) return
  await insertNotice(tx, endpoint, { id: newId('mail'), address })
  tx.wake('skiro_mails')
}
