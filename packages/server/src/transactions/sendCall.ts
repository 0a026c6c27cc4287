import type { AcquirerRequest, PaymentSnapshot } from '../adapters/acquirer.ts'
import { LostRace, ProviderError } from '../lib/errors.ts'
import { type NewRequest, resendSeconds } from './request.ts'
import { type RequestRow, findRequest, insertRequest, markSent, markUnsent } from './requestStore.ts'
import type { StepContext } from './step.ts'
import type { TransactionRow } from './transaction.ts'

/** What the acquirer said to a call. `is_first`: no try before this one can have reached it. */
export type Sent =
  | { readonly answer: PaymentSnapshot }
  | { readonly refused: ProviderError; readonly is_first: boolean }

/**
 * Makes a call with the bytes and the key that were stored for it, never with others: a program that writes it in another
 * way by now would be refused under the same key, or would act a second time under another.
 * @param is_ours this worker stored it a moment ago, and nobody can have made it yet
 * @param written used when nothing is stored: the transaction is from before requests were
 * @returns null when its key is too old to be used again: then it may only be looked up
 * @throws ProviderError `unknown` or `unavailable`
 */
export async function sendCall(
  { ctx, acquirer }: StepContext,
  row: TransactionRow,
  is_ours: boolean,
  written: NewRequest,
  make: (key: string, request: AcquirerRequest) => Promise<PaymentSnapshot>,
): Promise<Sent | null> {
  const { call } = written
  const max_age = resendSeconds(acquirer)
  let request: RequestRow | null = is_ours ? await findRequest(ctx.db, row, call) : null
  request ??= await markSent(ctx.db, row, call, max_age)
  if (!request && !(await findRequest(ctx.db, row, call))) {
    await insertRequest(ctx.db, row, written, 'created')
    request = await markSent(ctx.db, row, call, max_age)
  }
  if (!request) return null
  const { key, path, body, is_first } = request
  if (body === null) throw new LostRace('another worker has had the answer to a call')
  try {
    return { answer: await make(key, { path, body }) }
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    if (error.kind === 'refused') return { refused: error, is_first }
    if (error.kind === 'unavailable' && is_first) await markUnsent(ctx.db, row, request)
    throw error
  }
}
