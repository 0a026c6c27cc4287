import type { Context } from '../context.ts'
import type { Tx } from '../db/sql.ts'
import { recordEvent } from '../events/record.ts'
import { assert } from '../lib/assert.ts'
import { SkiroError } from '../lib/errors.ts'
import { changesBetween } from './changes.ts'
import { type Merchant, renderMerchant } from './merchant.ts'
import { findMerchantRow, lockMerchant } from './store.ts'

/**
 * Does `change` and records what it changed about the merchant object: one `merchant.updated` for each of the modes in
 * which the object is another one afterwards, in the same transaction. Locks the merchant's row first, so that changes
 * follow one another and each event says what its own did.
 * @throws SkiroError not_found (no such merchant)
 */
export async function changeMerchant<T>(
  ctx: Pick<Context, 'config'>,
  tx: Tx,
  merchant_id: string,
  livemodes: readonly boolean[],
  change: () => Promise<T>,
): Promise<T> {
  if (!(await lockMerchant(tx, merchant_id))) throw new SkiroError('not_found')
  const before = await renderAll()
  const result = await change()
  for (const [index, merchant] of (await renderAll()).entries()) {
    const changes = changesBetween(before[index] ?? merchant, merchant)
    if (changes.length === 0) continue
    await recordEvent(
      tx,
      { merchant_id, livemode: merchant.livemode },
      {
        type: 'merchant.updated',
        object_id: merchant_id,
        data: { ...merchant, changes },
        webhook_url: null,
      },
    )
  }
  return result

  async function renderAll(): Promise<Merchant[]> {
    const rendered: Merchant[] = []
    for (const livemode of livemodes) {
      const row = await findMerchantRow(tx, { merchant_id, livemode })
      assert(row, 'a merchant that is locked is not there')
      rendered.push(renderMerchant(row, livemode, ctx.config))
    }
    return rendered
  }
}
