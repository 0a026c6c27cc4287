import type { Db } from '../../packages/server/src/db/sql.ts'
import type { Ref } from '../../packages/server/src/lib/tenant.ts'
import { endUnknown } from '../../packages/server/src/transactions/endUnknown.ts'
import { transactionPorts } from '../../packages/server/src/wiring.ts'
import type { Random } from '../fuzz/random.ts'
import { passTime } from './unfinished.ts'
import type { World } from './world.ts'

type Row = Ref & { acquirer_ref: string | null; state: string }

/** What an operator does about payments that need one, by docs/operations.md. @returns how many there were */
export async function settleUnknown(
  db: Db,
  { ctx, acquirer }: World,
  merchants: readonly string[],
  random: Random,
): Promise<number> {
  const { rows } = await db.query<Row>(
    `select merchant_id, livemode, id, acquirer_ref, state from transaction
     where merchant_id = any ($1) and unknown_since is not null order by merchant_id`,
    [merchants],
  )
  for (const { acquirer_ref, state, ...ref } of rows) {
    if (acquirer_ref === null) {
      // The acquirer has one after all: a worker finds it and gives it back.
      if ([...acquirer.book.values()].some(({ reference }) => reference === ref.id)) continue
      await passTime(db, [ref.merchant_id])
      await endUnknown({ ...ctx }, transactionPorts(ctx), ref)
    } else if (state === 'capturing') acquirer.settle(acquirer_ref, random.pick(['captured', 'voided']))
    else acquirer.settle(acquirer_ref, 'voided')
  }
  return rows.length
}
