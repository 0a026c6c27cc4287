import { type Sql, maybeOne, one } from '../db/sql.ts'

/**
 * Which database this is. PostgreSQL gives each cluster a number at its birth, and each database in it another; a standby
 * that takes over keeps both, a copy by dump or template does not.
 */
export type Identity = { readonly system_identifier: string | null; readonly database_oid: bigint }

/** `system_identifier` is null where the role may not read it. */
export async function readIdentity(sql: Sql): Promise<Identity> {
  const { may_read, database_oid } = await one<{ may_read: boolean; database_oid: bigint }>(
    sql,
    `select has_function_privilege('pg_control_system()', 'execute') may_read, oid::bigint database_oid
     from pg_database where datname = current_database() and $1`,
    [true],
  )
  if (!may_read) return { system_identifier: null, database_oid }
  const { id } = await one<{ id: string }>(
    sql,
    'select system_identifier::text id from pg_control_system() where $1',
    [true],
  )
  return { system_identifier: id, database_oid }
}

/**
 * Remembers which database this is, at first sight, and puts the mode on hold when it was another one. Returns why the
 * mode is on hold, null when it is not.
 */
export async function rememberDatabase(
  sql: Sql,
  livemode: boolean,
  { system_identifier, database_oid }: Identity,
): Promise<string | null> {
  const { hold_reason } = await one<{ hold_reason: string | null }>(
    sql,
    `insert into payout_guard as g (livemode, system_identifier, database_oid) values ($1, $2, $3::bigint::oid)
     on conflict (livemode) do update set hold_reason = case
       when g.hold_reason is null and (g.database_oid <> excluded.database_oid
         or g.system_identifier <> excluded.system_identifier)
       then 'this database is a copy: it was written as another one before' else g.hold_reason end
     returning hold_reason`,
    [livemode, system_identifier, database_oid],
  )
  return hold_reason
}

/** Stops all new payouts of a mode until a person has looked. The first reason stands. */
export async function holdMode(sql: Sql, livemode: boolean, reason: string): Promise<void> {
  await sql.query('update payout_guard set hold_reason = coalesce(hold_reason, $2) where livemode = $1', [
    livemode,
    reason,
  ])
}

/** Why a mode is on hold; null: it is not. */
export async function modeHold(sql: Sql, livemode: boolean): Promise<string | null> {
  const row = await maybeOne<{ hold_reason: string | null }>(
    sql,
    'select hold_reason from payout_guard where livemode = $1',
    [livemode],
  )
  return row?.hold_reason ?? null
}

/** Lets a mode pay again, as the database that it is now. Returns why it was held; null when it was not. */
export async function releaseMode(
  sql: Sql,
  livemode: boolean,
  { system_identifier, database_oid }: Identity,
): Promise<{ hold_reason: string } | null> {
  return await maybeOne<{ hold_reason: string }>(
    sql,
    `with held as (
       select hold_reason from payout_guard where livemode = $1 and hold_reason is not null for update)
     update payout_guard g set hold_reason = null, system_identifier = $2, database_oid = $3::bigint::oid from held
     where g.livemode = $1 returning held.hold_reason`,
    [livemode, system_identifier, database_oid],
  )
}

/** The newest event of the acquirer that was compared; null: none yet. */
export async function comparedUpTo(sql: Sql, livemode: boolean, acquirer: string): Promise<string | null> {
  const row = await maybeOne<{ acquirer_event: string | null }>(
    sql,
    'select acquirer_event from payout_guard where livemode = $1 and acquirer = $2',
    [livemode, acquirer],
  )
  return row?.acquirer_event ?? null
}

/** Notes how far the acquirer's events were compared. */
export async function storeCompared(
  sql: Sql,
  livemode: boolean,
  acquirer: string,
  event: string | null,
): Promise<void> {
  await sql.query(
    'update payout_guard set acquirer = $2, acquirer_event = $3, compared_at = now() where livemode = $1',
    [livemode, acquirer, event],
  )
}
