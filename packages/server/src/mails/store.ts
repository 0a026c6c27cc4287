import { type Sql, maybeOne } from '../db/sql.ts'
import type { Ref } from '../lib/tenant.ts'
import { type MailRow, RECEIPTS_MAX } from './mail.ts'

/**
 * Records that a receipt of `payment` is owed. Null: nothing was written, because one is on its way, or there have been
 * as many as may be, or they went to another address. Two at the same time are one.
 * @returns which receipt of its payment it is
 */
export async function insertReceipt(
  sql: Sql,
  payment: Ref,
  mail: { id: string; address: string; locale: string },
): Promise<number | null> {
  const row = await maybeOne<{ number: number }>(
    sql,
    `insert into mail (merchant_id, livemode, id, kind, transaction_id, number, address, locale)
     select $1, $2, $4, 'receipt', $3, count(*) + 1, $5, $6 from mail
       where merchant_id = $1 and livemode = $2 and transaction_id = $3
       having count(*) < $7 and count(*) filter (where state = 'pending' or address <> $5) = 0
     on conflict do nothing returning number`,
    [payment.merchant_id, payment.livemode, payment.id, mail.id, mail.address, mail.locale, RECEIPTS_MAX],
  )
  return row && row.number
}

/** Records that the merchant is to be told that the endpoint was disabled. */
export async function insertNotice(
  sql: Sql,
  endpoint: Ref,
  mail: { id: string; address: string },
): Promise<void> {
  await sql.query(
    `insert into mail (merchant_id, livemode, id, kind, webhook_endpoint_id, address, locale)
     values ($1, $2, $4, 'webhook_disabled', $3, $5, 'en')`,
    [endpoint.merchant_id, endpoint.livemode, endpoint.id, mail.id, mail.address],
  )
}

/** Where the first receipt of the payment went; null: there was none. */
export async function firstAddress(sql: Sql, payment: Ref): Promise<string | null> {
  const row = await maybeOne<{ address: string }>(
    sql,
    `select address from mail where merchant_id = $1 and livemode = $2 and transaction_id = $3 and number = 1`,
    [payment.merchant_id, payment.livemode, payment.id],
  )
  return row && row.address
}

/** How many receipts of the payment there are, and whether one is on its way. */
export async function countReceipts(sql: Sql, payment: Ref): Promise<{ count: number; pending: boolean }> {
  const { rows } = await sql.query<{ count: number; pending: boolean }>(
    `select count(*)::int count, coalesce(bool_or(state = 'pending'), false) pending from mail
     where merchant_id = $1 and livemode = $2 and transaction_id = $3`,
    [payment.merchant_id, payment.livemode, payment.id],
  )
  return rows[0] ?? { count: 0, pending: false }
}

/** Takes mails whose time has come, the most patient first, so that nobody else sends them for so long. */
export async function claimMails(sql: Sql, limit: number, lease_seconds: number): Promise<MailRow[]> {
  const { rows } = await sql.query<MailRow>(
    `with due as (
       select merchant_id, livemode, id from mail
       where state = 'pending' and wake_at <= now() and (lease_until is null or lease_until <= now())
       order by wake_at limit $1 for update skip locked)
     update mail m set tries = m.tries + 1, lease_until = now() + $2 * interval '1 second',
       wake_at = now() + $2 * interval '1 second'
     from due where m.merchant_id = due.merchant_id and m.livemode = due.livemode and m.id = due.id
     returning m.merchant_id, m.livemode, m.id, m.kind, m.transaction_id, m.webhook_endpoint_id, m.address, m.locale,
       m.tries, m.created_at`,
    [limit, lease_seconds],
  )
  return rows
}

/** Writes down what became of a mail. False: somebody else has taken it since, and nothing was written. */
export async function endMail(
  sql: Sql,
  mail: MailRow,
  state: 'sent' | 'failed',
  reason: string | null,
): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update mail set state = $5, reason = $6, ended_at = now(), lease_until = null
     where merchant_id = $1 and livemode = $2 and id = $3 and tries = $4 and state = 'pending'`,
    [mail.merchant_id, mail.livemode, mail.id, mail.tries, state, reason],
  )
  return rowCount === 1
}

/** Gives a mail back, to be tried again after `delay_ms`. */
export async function releaseMail(sql: Sql, mail: MailRow, delay_ms: number, reason: string): Promise<void> {
  await sql.query(
    `update mail set reason = $6, lease_until = null, wake_at = now() + $5 * interval '1 millisecond'
     where merchant_id = $1 and livemode = $2 and id = $3 and tries = $4 and state = 'pending'`,
    [mail.merchant_id, mail.livemode, mail.id, mail.tries, delay_ms, reason],
  )
}

/** Ends what has been tried for long enough and is not being sent right now. Returns what was given up. */
export async function giveUpMails(sql: Sql, after_seconds: number, limit: number): Promise<Ref[]> {
  const { rows } = await sql.query<Ref>(
    `with old as (
       select merchant_id, livemode, id from mail
       where state = 'pending' and created_at <= now() - $1 * interval '1 second'
         and (lease_until is null or lease_until <= now())
       order by wake_at limit $2 for update skip locked)
     update mail m set state = 'failed', ended_at = now(), lease_until = null
     from old where m.merchant_id = old.merchant_id and m.livemode = old.livemode and m.id = old.id
     returning m.merchant_id, m.livemode, m.id`,
    [after_seconds, limit],
  )
  return rows
}
