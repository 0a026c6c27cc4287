import { DEFAULT_DESCRIPTOR } from '../lib/statementDescriptor.ts'
import type { TransactionRow } from './transaction.ts'

/** How a payment is called on the card statement. The receipt says it, so that both always agree. */
export function statementDescriptor({
  statement_descriptor,
}: Pick<TransactionRow, 'statement_descriptor'>): string {
  return statement_descriptor ?? DEFAULT_DESCRIPTOR
}
