import { type Sql, maybeOne, one } from '../../db/sql.ts'

/** What the database server says about itself. */
export type ServerFacts = {
  version: string
  version_number: number
  encoding: string
  fsync: string
  synchronous_commit: string
  full_page_writes: string
  max_connections: number
  reserved_connections: number
  read_only: boolean
}

export async function serverFacts(sql: Sql): Promise<ServerFacts> {
  return await one<ServerFacts>(
    sql,
    `select current_setting('server_version') as version, current_setting('server_version_num')::int version_number,
       pg_encoding_to_char(d.encoding) encoding, current_setting('fsync') fsync,
       current_setting('synchronous_commit') synchronous_commit, current_setting('full_page_writes') full_page_writes,
       current_setting('max_connections')::int max_connections,
       current_setting('superuser_reserved_connections')::int
         + coalesce(current_setting('reserved_connections', true), '0')::int reserved_connections,
       pg_is_in_recovery() or current_setting('default_transaction_read_only') = 'on' read_only
     from pg_database d where d.datname = current_database() and $1`,
    [true],
  )
}

/** The database's own clock, milliseconds since the epoch. */
export async function serverClock(sql: Sql): Promise<number> {
  const { now } = await one<{ now: Date }>(sql, 'select clock_timestamp() as now where $1', [true])
  return now.getTime()
}

/** Migrations that the database has, newest last. */
export async function appliedMigrations(sql: Sql): Promise<string[]> {
  const { rows } = await sql.query<{ name: string }>('select name from schema_migration order by name')
  return rows.map(({ name }) => name)
}

export type SealedSecret = { merchant_id: string; livemode: boolean; id: string; secret_sealed: Buffer }

/** The oldest and the newest sealed secrets: after a change of the key both ends show it. */
export async function someSecrets(sql: Sql, each: number): Promise<SealedSecret[]> {
  const columns = 'merchant_id, livemode, id, secret_sealed'
  const { rows } = await sql.query<SealedSecret>(
    `(select ${columns} from webhook_endpoint order by merchant_id, livemode, id limit $1)
     union (select ${columns} from webhook_endpoint order by merchant_id desc, livemode desc, id desc limit $1)`,
    [each],
  )
  return rows
}

/** Plans that merchants have. */
export async function plansInUse(sql: Sql): Promise<{ plan: string; merchants: bigint }[]> {
  const { rows } = await sql.query<{ plan: string; merchants: bigint }>(
    'select plan, count(*) merchants from merchant group by plan order by plan',
  )
  return rows
}

export type WalletUse = { livemode: boolean; network: string; asset: string; merchants: bigint }

/** Where merchants want to be paid. */
export async function walletsInUse(sql: Sql): Promise<WalletUse[]> {
  const { rows } = await sql.query<WalletUse>(
    `select livemode, network, asset, count(*) merchants from current_wallet group by livemode, network, asset
     order by livemode, network, asset`,
  )
  return rows
}

export type Target = { merchant_id: string; livemode: boolean; url: string }

/** The newest default webhook URLs. */
export async function defaultTargets(sql: Sql, limit: number): Promise<Target[]> {
  const { rows } = await sql.query<Target>(
    `select merchant_id, livemode, url from webhook_endpoint
     where is_default and status = 'enabled' and url is not null order by created_at desc limit $1`,
    [limit],
  )
  return rows
}

export type Waiting = { work: string; seconds: number; rows: bigint }

/**
 * Work whose time has come and that nobody holds, per kind: for how long the oldest has waited and how many there are,
 * counted up to `limit`. The conditions are those of the sweeps.
 */
export async function waitingWork(sql: Sql, limit: number): Promise<Waiting[]> {
  const due = (work: string, since: string, from: string, where: string) =>
    `select '${work}' as work, coalesce(extract(epoch from now() - min(since)), 0)::float8 seconds, count(*) as rows
     from (select ${since} since from ${from} where ${where} and ${since} <= now() order by ${since} limit $1) x`
  const free = '(lease_until is null or lease_until <= now())'
  const { rows } = await sql.query<Waiting>(
    [
      due(
        'transactions',
        'wake_at',
        'transaction',
        `state in ('authorizing', 'authorized', 'capturing', 'voiding') and ${free}`,
      ),
      due('payouts', 'wake_at', 'payout', `state in ('queued', 'held') and ${free}`),
      due('payout batches', 'wake_at', 'payout_batch', `state not in ('final', 'cancelled') and ${free}`),
      due('orders of the treasury', 'wake_at', 'treasury_order', `ended_at is null and ${free}`),
      due('events', 'created_at', 'event', 'fanned_out_at is null'),
      due('webhook deliveries', 'due_at', 'webhook_queue', `due_at is not null and ${free}`),
      due('mails', 'wake_at', 'mail', `state = 'pending' and ${free}`),
      due('session expiries', 'expires_at', 'checkout_session', `status = 'pending'`),
    ].join(' union all '),
    [limit],
  )
  return rows
}

export type HeldPayouts = { livemode: boolean; asset: string; reason: string; payouts: bigint; hours: number }

export async function heldPayouts(sql: Sql): Promise<HeldPayouts[]> {
  const { rows } = await sql.query<HeldPayouts>(
    `select livemode, asset, hold_reason reason, count(*) payouts,
       floor(extract(epoch from now() - min(created_at)) / 3600)::int hours
     from payout where state = 'held' group by livemode, asset, hold_reason order by livemode, asset, hold_reason`,
  )
  return rows
}

export type KnownWallet = { next_nonce: bigint; hold_reason: string | null }

export async function knownWallet(
  sql: Sql,
  wallet: { livemode: boolean; network: string; address: string },
): Promise<KnownWallet | null> {
  return await maybeOne<KnownWallet>(
    sql,
    `select next_nonce, coalesce(w.hold_reason, g.hold_reason) hold_reason
     from treasury_wallet w left join payout_guard g on g.livemode = w.livemode
     where w.livemode = $1 and network = $2 and address = $3`,
    [wallet.livemode, wallet.network, wallet.address],
  )
}
