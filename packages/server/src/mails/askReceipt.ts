import type { Context } from '../context.ts'
import { SkiroError } from '../lib/errors.ts'
import { newId } from '../lib/ids.ts'
import { isMailAddress } from '../lib/mailAddress.ts'
import { RECEIPTS_MAX } from './mail.ts'
import type { Payment } from './oweReceipt.ts'
import { countReceipts, insertReceipt } from './store.ts'

/**
 * Somebody at the page wants the receipt by mail. It goes to the address that was entered when paying and to no other,
 * so nobody can make us write to a stranger, and at most three times. One that is on its way is not sent twice.
 * @returns whether there can be another one after it
 * @throws SkiroError not_found (no mails here, or no address), rate_limited
 */
export async function askReceipt(
  { config, db }: Pick<Context, 'config' | 'db'>,
  payment: Payment,
  locale: string,
): Promise<{ again: boolean }> {
  const address = payment.customer_email
  if (!config.mail || !isMailAddress(address)) throw new SkiroError('not_found')
  const number = await insertReceipt(db, payment, { id: newId('mail'), address, locale })
  if (number !== null) {
    db.wake('skiro_mails')
    return { again: number < RECEIPTS_MAX }
  }
  const { count, pending } = await countReceipts(db, payment)
  if (!pending) throw new SkiroError('rate_limited')
  return { again: count < RECEIPTS_MAX }
}

/** Whether a receipt of the payment can still be mailed. Asks nobody when there are no mails at all. */
export async function canAskReceipt(
  { config, db }: Pick<Context, 'config' | 'db'>,
  payment: Payment,
): Promise<boolean> {
  if (!config.mail || !isMailAddress(payment.customer_email)) return false
  return (await countReceipts(db, payment)).count < RECEIPTS_MAX
}
