import type { Context } from '../context.ts'
import { modeOf } from '../context.ts'
import { ProviderError } from '../lib/errors.ts'
import { isId } from '../lib/ids.ts'
import { statesById, statesByRef } from './captureStore.ts'
import type { TransactionState } from './transaction.ts'

/** A capture is asked for only after the first of these is committed. */
const MAY_BE_CAPTURED: ReadonlySet<TransactionState> = new Set([
  'capturing',
  'captured',
  'paid_out',
  'refunded',
])

/**
 * Payments of ours that the acquirer has captured and this database does not know as such: it is older than they are, or
 * another installation made them. Reads the acquirer's events after `after`, and asks it about those payments that are
 * not explained here. Payments with a reference that is not one of ours are somebody else's business.
 * @throws ProviderError
 */
export async function findUnknownCaptures(
  ctx: Context,
  livemode: boolean,
  after: string | null,
): Promise<{ last: string | null; unknown: string[] }> {
  const acquirer = modeOf(ctx, { livemode })?.acquirer
  if (!acquirer) return { last: after, unknown: [] }
  const events = await acquirer.listEvents(after).catch((error: unknown) => {
    // An event that it does not know is no place to go on from: it forgets them after a while, or lost its own book.
    if (after !== null && error instanceof ProviderError && error.kind === 'refused')
      return acquirer.listEvents(null)
    throw error
  })
  const refs = [...new Set(events.map(({ payment_ref }) => payment_ref))]
  const known = await statesByRef(ctx.db, acquirer.id, livemode, refs)
  const unknown: string[] = []
  for (const ref of refs) {
    const state = known.get(ref)
    if (state !== undefined && MAY_BE_CAPTURED.has(state)) continue
    const { captured, reference } = await acquirer.retrieve(ref)
    if (captured === 0n || !isId('transaction', reference)) continue
    // Read once more, after the acquirer: it may have been captured in between.
    const now = (await statesById(ctx.db, livemode, [reference])).get(reference)
    if (now === undefined || !MAY_BE_CAPTURED.has(now)) unknown.push(ref)
  }
  return { last: events.at(-1)?.id ?? after, unknown }
}
