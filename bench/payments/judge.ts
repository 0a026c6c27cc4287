import { assertBooks } from '../../test/support/books.ts'
import { transfersTo } from '../../test/support/judge.ts'
import type { Merchant, World } from '../../test/support/world.ts'

type Book = {
  check: { ok: boolean }
  payments: { id: string; session: string }[]
  entries: { type: string; payment_id: string; amount_minor: number }[]
}

/**
 * Asks those outside whether it was done right: the acquirer's book holds one capture of the full amount per session,
 * the chain one transfer per session, the ledger balances. A fast gateway that charges twice is not fast. @throws Error
 */
export async function judge(world: World, merchant: Merchant, sessions: readonly string[]): Promise<void> {
  const book = (await (await fetch(`${world.acquirer.url}/_sim/book`)).json()) as Book
  if (!book.check.ok) throw new Error("the acquirer's book does not add up")
  const sessionOf = new Map(book.payments.map(({ id, session }) => [id, session]))
  const captures = new Map<string, number[]>()
  for (const { type, payment_id, amount_minor } of book.entries) {
    const session = sessionOf.get(payment_id)
    if (type !== 'capture' || session === undefined) continue
    captures.set(session, [...(captures.get(session) ?? []), amount_minor])
  }
  const wrong = sessions.filter((session) => captures.get(session)?.join() !== '4999')
  if (wrong.length > 0) throw new Error(`not charged exactly once: ${wrong.join(', ')}`)
  if (captures.size !== sessions.length) throw new Error('the acquirer captured more than was sold')
  const transfers = await transfersTo(world, 'USDT', merchant.address)
  if (transfers.length !== sessions.length)
    throw new Error(`${sessions.length} sales, ${transfers.length} transfers to the merchant`)
  const booked = await assertBooks(world.database.db)
  if (booked !== sessions.length) throw new Error(`${sessions.length} sales, ${booked} in the ledger`)
}
