import { refArrays } from '../db/refArrays.ts'
import { type Sql, type Tx, maybeOne } from '../db/sql.ts'
import type { Ref } from '../lib/tenant.ts'

/** Of these payouts, the ids of those whose merchant's address a person has cleared. */
export async function clearedPayouts(sql: Sql, refs: readonly Ref[]): Promise<Set<string>> {
  const { rows } = await sql.query<{ id: string }>(
    `select p.id from unnest($1::text[], $2::boolean[], $3::text[]) k (merchant_id, livemode, id)
     join payout p on p.merchant_id = k.merchant_id and p.livemode = k.livemode and p.id = k.id
     join cleared_payee c on c.merchant_id = p.merchant_id and c.livemode = p.livemode and c.network = p.network
       and c.address = p.address`,
    refArrays(refs),
  )
  return new Set(rows.map(({ id }) => id))
}

/** An address that was cleared, and how many payouts waited for that. */
export type Cleared = { readonly network: string; readonly address: string; readonly payouts: number }

/**
 * Writes down that a payout's address is right though it is a contract on another network only, for all that its merchant
 * is ever paid there, and wakes what waits for it. Null: the payout is not held for that.
 */
export async function clearPayeeOf(tx: Tx, payout: Ref): Promise<Cleared | null> {
  return await maybeOne<Cleared>(
    tx,
    `with held as (
       select merchant_id, livemode, network, address from payout
       where merchant_id = $1 and livemode = $2 and id = $3 and state = 'held' and hold_reason = 'contract_elsewhere'),
     cleared as (
       insert into cleared_payee (merchant_id, livemode, network, address)
       select merchant_id, livemode, network, address from held on conflict do nothing),
     woken as (
       update payout p set wake_at = now() from held h
       where p.merchant_id = h.merchant_id and p.livemode = h.livemode and p.network = h.network
         and p.address = h.address and p.state = 'held' and p.hold_reason = 'contract_elsewhere' returning 1)
     select network, address, (select count(*)::int from woken) payouts from held`,
    [payout.merchant_id, payout.livemode, payout.id],
  )
}
