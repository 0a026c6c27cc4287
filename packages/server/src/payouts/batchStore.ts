import { numberArray, textArray } from '../db/arrays.ts'
import { type Sql, type Tx, maybeOne } from '../db/sql.ts'
import type { Ref } from '../lib/tenant.ts'
import { type BatchPayment, type BatchRef, type BatchRow, type BatchState, batchSourcesOf } from './batch.ts'
import { reserveCoins } from './batchCoinStore.ts'

const COLUMNS = `livemode, id, network, asset, wallet_address, nonce, state, payments, total, fee_limit, confirmations,
  hold_reason, cancel_asked_at, tries, created_at, sent_at`
const UNFINISHED = `state not in ('final', 'cancelled')`

export type NewBatch = Pick<
  BatchRow,
  'livemode' | 'id' | 'network' | 'asset' | 'wallet_address' | 'nonce' | 'fee_limit'
>

/** Records a batch with its payments, and the coins that it spends. A coin that is taken already is a unique violation. */
export async function insertBatch(
  tx: Tx,
  batch: NewBatch,
  payments: readonly BatchPayment[],
  coins: readonly string[],
): Promise<void> {
  const total = payments.reduce((sum, { amount }) => sum + amount, 0n)
  await tx.query(
    `insert into payout_batch (livemode, id, network, asset, wallet_address, nonce, fee_limit, payments, total)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      batch.livemode,
      batch.id,
      batch.network,
      batch.asset,
      batch.wallet_address,
      batch.nonce,
      batch.fee_limit,
      payments.length,
      total,
    ],
  )
  await tx.query(
    `insert into batch_payment (livemode, batch_id, line, merchant_id, payout_id, network, asset, address, amount)
     select $1, $2, line, merchant_id, payout_id, $3, $4, address, amount
     from unnest($5::int[], $6::text[], $7::text[], $8::text[], $9::numeric[])
       l (line, merchant_id, payout_id, address, amount)`,
    [
      batch.livemode,
      batch.id,
      batch.network,
      batch.asset,
      numberArray(payments.map(({ line }) => line)),
      textArray(payments.map(({ payout }) => payout.merchant_id)),
      textArray(payments.map(({ payout }) => payout.id)),
      textArray(payments.map(({ to }) => to)),
      numberArray(payments.map(({ amount }) => amount)),
    ],
  )
  await reserveCoins(tx, batch, batch.network, coins)
}

/** Takes the batch for a while, unless it has ended or someone else holds it. */
export async function leaseBatch(sql: Sql, ref: BatchRef, lease_seconds: number): Promise<BatchRow | null> {
  return await maybeOne<BatchRow>(
    sql,
    `update payout_batch set lease_until = now() + $3 * interval '1 second', tries = tries + 1,
       wake_at = now() + $3 * interval '1 second'
     where livemode = $1 and id = $2 and ${UNFINISHED} and (lease_until is null or lease_until <= now())
     returning ${COLUMNS}`,
    [ref.livemode, ref.id, lease_seconds],
  )
}

/**
 * Gives the batch back, to be looked at again after `delay_ms`.
 * @param is_well its tries begin anew: pauses grow with troubles, not with looks
 */
export async function releaseBatch(
  sql: Sql,
  ref: BatchRef,
  delay_ms: number,
  is_well: boolean,
): Promise<void> {
  await sql.query(
    `update payout_batch set lease_until = null, wake_at = now() + $3 * interval '1 millisecond',
       tries = case when $4 then 0 else tries end
     where livemode = $1 and id = $2 and ${UNFINISHED}`,
    [ref.livemode, ref.id, delay_ms, is_well],
  )
}

/** Batches that nobody works on and whose time has come. */
export async function wakingBatches(sql: Sql, limit: number): Promise<BatchRef[]> {
  const { rows } = await sql.query<BatchRef>(
    `select livemode, id from payout_batch where ${UNFINISHED} and wake_at <= now()
       and (lease_until is null or lease_until <= now()) order by wake_at limit $1`,
    [limit],
  )
  return rows
}

/** The batch that has the payout; null while it waits for one. */
export async function batchOf(sql: Sql, payout: Ref): Promise<BatchRef | null> {
  return await maybeOne<BatchRef>(
    sql,
    `select livemode, batch_id id from payout
     where merchant_id = $1 and livemode = $2 and id = $3 and batch_id is not null`,
    [payout.merchant_id, payout.livemode, payout.id],
  )
}

export type BatchMove = {
  /** The only state to move from, where the same move from another one means something else. */
  readonly from?: BatchState
  readonly tx_hash?: string
  readonly confirmations?: number
  readonly fee?: bigint
}

/** Moves the batch to `to` from any state that may go there. Null: refused, nothing written. */
export async function moveBatch(
  tx: Tx,
  ref: BatchRef,
  to: BatchState,
  move: BatchMove = {},
): Promise<BatchRow | null> {
  return await maybeOne<BatchRow>(
    tx,
    `update payout_batch set state = $3, tries = 0, hold_reason = null,
       moved_at = case when state <> $3 then clock_timestamp() else moved_at end,
       tx_hash = coalesce($5, tx_hash), confirmations = coalesce($6, confirmations), fee = coalesce($7, fee),
       sent_at = case when $3 = 'broadcast' then coalesce(sent_at, date_trunc('milliseconds', now())) else sent_at end,
       ended_at = case when $3 in ('final', 'cancelled') then date_trunc('milliseconds', now()) end
     where livemode = $1 and id = $2 and state = any ($4) returning ${COLUMNS}`,
    [
      ref.livemode,
      ref.id,
      to,
      move.from ? [move.from] : batchSourcesOf(to),
      move.tx_hash ?? null,
      move.confirmations ?? null,
      move.fee ?? null,
    ],
  )
}

/** Says why the batch is not sent again at a higher fee; null: it was. */
export async function holdBatch(sql: Sql, ref: BatchRef, reason: string | null): Promise<void> {
  await sql.query('update payout_batch set hold_reason = $3 where livemode = $1 and id = $2', [
    ref.livemode,
    ref.id,
    reason,
  ])
}

/** Asks for the batch to be taken back. False when it has ended, or was never sent. */
export async function askToCancel(sql: Sql, ref: BatchRef): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update payout_batch set cancel_asked_at = coalesce(cancel_asked_at, now()), wake_at = now()
     where livemode = $1 and id = $2 and ${UNFINISHED}`,
    [ref.livemode, ref.id],
  )
  return rowCount === 1
}

/** Writes down what became of each line of a batch that has ended, in their order. */
export async function recordOutcomes(
  tx: Tx,
  ref: BatchRef,
  outcomes: readonly ('paid' | 'failed' | 'released')[],
): Promise<void> {
  await tx.query(
    `update batch_payment l set outcome = o.outcome
     from unnest($3::text[]) with ordinality o (outcome, place)
     where l.livemode = $1 and l.batch_id = $2 and l.line = o.place - 1`,
    [ref.livemode, ref.id, textArray(outcomes)],
  )
}

/** The payout on the batch's first line. */
export async function firstPayoutOf(sql: Sql, ref: BatchRef): Promise<Ref | null> {
  return await maybeOne<Ref>(
    sql,
    `select merchant_id, livemode, payout_id id from batch_payment where livemode = $1 and batch_id = $2 and line = 0`,
    [ref.livemode, ref.id],
  )
}

export async function findBatch(sql: Sql, ref: BatchRef): Promise<BatchRow | null> {
  return await maybeOne<BatchRow>(
    sql,
    `select ${COLUMNS} from payout_batch where livemode = $1 and id = $2`,
    [ref.livemode, ref.id],
  )
}

/** Whether a batch of the same wallet with a smaller nonce was never sent. One whose nonce a person has given up is not. */
export async function hasUnsentBefore(sql: Sql, batch: BatchRow): Promise<boolean> {
  const { rowCount } = await sql.query(
    `select from payout_batch b where livemode = $1 and network = $2 and wallet_address = $3 and nonce < $4
       and state in ('reserved', 'signed') and not exists (
         select from wallet_skip s where s.livemode = b.livemode and s.network = b.network
           and s.address = b.wallet_address and b.nonce >= s.first_nonce and b.nonce < s.next_nonce)
     limit 1`,
    [batch.livemode, batch.network, batch.wallet_address, batch.nonce],
  )
  return rowCount !== 0
}

/** The batch of the same wallet that waits for this one to be sent, and may be worked on now. */
export async function wakeNext(sql: Sql, batch: BatchRow): Promise<BatchRef | null> {
  return await maybeOne<BatchRef>(
    sql,
    `update payout_batch set wake_at = now() where (livemode, id) in (
       select livemode, id from payout_batch
       where livemode = $1 and network = $2 and wallet_address = $3 and nonce > $4 and state in ('reserved', 'signed')
       order by nonce limit 1) and (lease_until is null or lease_until <= now())
     returning livemode, id`,
    [batch.livemode, batch.network, batch.wallet_address, batch.nonce],
  )
}
