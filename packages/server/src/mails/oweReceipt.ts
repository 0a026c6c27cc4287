import type { Context } from '../context.ts'
import type { Tx } from '../db/sql.ts'
import { newId } from '../lib/ids.ts'
import { isMailAddress } from '../lib/mailAddress.ts'
import type { Ref } from '../lib/tenant.ts'
import { insertReceipt } from './store.ts'

/** A payment, as far as its receipt is concerned. */
export type Payment = Ref & {
  readonly customer_email: string | null
  readonly customer_locale: string | null
}

/**
 * Records, in the transaction that captures the payment, that its receipt is owed; nothing when mails are off or nobody
 * gave an address. It refuses nothing: no address may keep a capture from being recorded.
 */
export async function oweReceipt(
  { config }: Pick<Context, 'config'>,
  tx: Tx,
  payment: Payment,
): Promise<void> {
  const address = payment.customer_email
  if (!config.mail?.receipts || !isMailAddress(address)) return
  const mail = { id: newId('mail'), address, locale: payment.customer_locale ?? 'en' }
  if ((await insertReceipt(tx, payment, mail)) !== null) tx.wake('skiro_mails')
}
