import type { Context } from '../context.ts'
import { inTransaction } from '../db/sql.ts'
import type { BoundQuote, TransactionPorts } from './ports.ts'
import { lockUncaptured } from './store.ts'
import type { TransactionRow } from './transaction.ts'

/**
 * Takes a rate and binds it to the transaction, so that the customer's click decides at which rate the merchant is paid.
 * Null when there is no rate now, or when another worker has gone on meanwhile.
 */
export async function bindQuote(
  ctx: Context,
  ports: TransactionPorts,
  row: TransactionRow,
): Promise<BoundQuote | null> {
  const draft = await ports.draftConversion(row)
  if (!draft) return null
  return await inTransaction(ctx.db, async (tx) =>
    (await lockUncaptured(tx, row)) ? await ports.bindQuote(tx, row, draft) : null,
  )
}
