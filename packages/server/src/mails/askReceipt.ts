import type { Context } from '../context.ts'
import { SkiroError } from '../lib/errors.ts'
import { newId } from '../lib/ids.ts'
import { isMailAddress } from '../lib/mailAddress.ts'
import { RECEIPTS_MAX } from './mail.ts'
import { canSayAddress, type Paid, receiptAddress } from './receiptAddress.ts'
import { countReceipts, insertReceipt } from './store.ts'

/**
 * Somebody at the page wants the receipt by mail, at most three times. It goes to the address that was entered when
 * paying and to no other, so nobody can make us write to a stranger; where none was, to the one that is `said` first,
 * within a day. One that is on its way is not sent twice.
 * @returns whether there can be another one after it
 * @throws SkiroError not_found (no mails here, no address, or another one was said before), rate_limited
 */
export async function askReceipt(
  { config, db }: Pick<Context, 'config' | 'db'>,
  payment: Paid,
  locale: string,
  said: string | null = null,
): Promise<{ again: boolean }> {
  const known = await receiptAddress(db, payment)
  const address = known ?? (canSayAddress(payment) ? said : null)
  if (!config.mail || !isMailAddress(address)) throw new SkiroError('not_found')
  // Never "on its way" to whoever says an address that will not get it.
  if (said !== null && said !== address) throw new SkiroError('not_found')
  const number = await insertReceipt(db, payment, { id: newId('mail'), address, locale })
  if (number !== null) {
    db.wake('skiro_mails')
    return { again: number < RECEIPTS_MAX }
  }
  // Two addresses were said at once, and the other one was first.
  if (known === null && (await receiptAddress(db, payment)) !== address) throw new SkiroError('not_found')
  const { count, pending } = await countReceipts(db, payment)
  if (!pending) throw new SkiroError('rate_limited')
  return { again: count < RECEIPTS_MAX }
}

/** What can be done about the receipt of a payment by mail. Asks nobody when there are no mails at all. */
export async function canAskReceipt(
  { config, db }: Pick<Context, 'config' | 'db'>,
  payment: Paid,
): Promise<{ address: string | null; can_mail: boolean; asks_address: boolean }> {
  if (!config.mail) return { address: null, can_mail: false, asks_address: false }
  const address = await receiptAddress(db, payment)
  if (address === null) return { address, can_mail: false, asks_address: canSayAddress(payment) }
  return { address, can_mail: (await countReceipts(db, payment)).count < RECEIPTS_MAX, asks_address: false }
}
