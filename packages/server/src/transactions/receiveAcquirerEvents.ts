import { BadSignature } from '../adapters/acquirer.ts'
import type { Context, Mode } from '../context.ts'
import { enqueue } from '../jobs/enqueue.ts'
import { nowSeconds } from '../lib/clock.ts'
import { SkiroError } from '../lib/errors.ts'
import { recordAcquirerEvent } from './store.ts'

/**
 * Takes an acquirer's webhook as a hint: verify, remember its id, wake whoever works on that payment. What happened is
 * then read from the acquirer itself, so a forged, repeated or reordered event can change nothing.
 * @throws SkiroError not_found for an unknown acquirer, forbidden for a bad signature.
 */
export async function receiveAcquirerEvents(
  ctx: Context,
  acquirer_id: string,
  mode: Mode,
  raw: string,
  headers: Record<string, string | undefined>,
): Promise<void> {
  const acquirer = ctx.modes[mode]?.acquirer
  if (acquirer?.id !== acquirer_id) throw new SkiroError('not_found')
  const events = readEvents()
  for (const event of events) {
    const ref = await recordAcquirerEvent(ctx.db, acquirer.id, mode === 'live', event)
    if (ref) await enqueue(ctx.db, 'advance_transaction', ref)
  }

  function readEvents() {
    try {
      return acquirer?.parseWebhook(raw, headers, nowSeconds()) ?? []
    } catch (error) {
      if (error instanceof BadSignature)
        throw new SkiroError('forbidden', { message: error.message, cause: error })
      throw error
    }
  }
}
