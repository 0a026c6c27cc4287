import { type Sql, maybeOne, one } from '../db/sql.ts'
import type { Tenant } from '../lib/tenant.ts'
import { IN_SCOPE, type Scope, scopeValues } from './balanceStore.ts'
import type { JournalContent } from './journalContent.ts'

/**
 * Merchants and modes that have journals to seal. Jumps from one to the next in the index, so that a long queue of one
 * costs no more than a short one.
 */
export async function unsealedTenants(sql: Sql, limit: number): Promise<Tenant[]> {
  const next = (after: string) =>
    `(select merchant_id, livemode from journal_unsealed ${after} order by merchant_id, livemode limit 1)`
  const { rows } = await sql.query<Tenant>(
    `with recursive tenant as (
       ${next('')}
       union all
       select n.* from tenant t,
         lateral ${next('where (merchant_id, livemode) > (t.merchant_id, t.livemode)')} n)
     select merchant_id, livemode from tenant limit $1`,
    [limit],
  )
  return rows
}

/** Seals up to `limit` journals, in one transaction. Who comes second waits. Returns how many there were. */
export async function sealGroup(sql: Sql, tenant: Tenant, limit: number): Promise<number> {
  const { n } = await one<{ n: number }>(sql, 'select seal_journals($1, $2, $3) n', [
    tenant.merchant_id,
    tenant.livemode,
    limit,
  ])
  return n
}

/** The end of a merchant's chain. */
export type Head = { readonly sequence: bigint; readonly hash: Buffer }

export async function readHead(sql: Sql, tenant: Tenant): Promise<Head | null> {
  return await maybeOne<Head>(
    sql,
    'select last_sequence sequence, last_hash hash from ledger_chain where merchant_id = $1 and livemode = $2',
    [tenant.merchant_id, tenant.livemode],
  )
}

/** The hash that the chain has at `sequence`; null when it is not that long. */
export async function hashAt(sql: Sql, tenant: Tenant, sequence: bigint): Promise<Buffer | null> {
  const row = await maybeOne<{ hash: Buffer }>(
    sql,
    'select hash from journal_seal where merchant_id = $1 and livemode = $2 and sequence = $3',
    [tenant.merchant_id, tenant.livemode, sequence],
  )
  return row?.hash ?? null
}

/** Everybody who has journals, seals or a chain. */
export async function ledgerTenants(sql: Sql, scope: Scope): Promise<Tenant[]> {
  const { rows } = await sql.query<Tenant>(
    `select merchant_id, livemode from (
       select distinct merchant_id, livemode from journal union select merchant_id, livemode from ledger_chain
       union select distinct merchant_id, livemode from journal_seal) x
     where ${IN_SCOPE('x')} order by merchant_id, livemode`,
    scopeValues(scope),
  )
  return rows
}

export type Sealed = {
  readonly sequence: bigint
  readonly journal_id: string
  readonly hash: Buffer
  /** Null when the journal is gone. */
  readonly content: JournalContent | null
}

/**
 * The next seals after `after`, with what their journals hold now. `offset 0` has each journal looked up by its key: joined,
 * all of them could be read for every page.
 */
export async function readSeals(sql: Sql, tenant: Tenant, after: bigint, limit: number): Promise<Sealed[]> {
  const { rows } = await sql.query<Omit<Sealed, 'content'> & Found>(
    `select s.sequence, s.journal_id, s.hash, j.id, j.key, (extract(epoch from j.created_at) * 1000000)::bigint created_us,
       coalesce(p.lines, '[]') lines
     from journal_seal s
     left join lateral (
       select id, key, created_at from journal where merchant_id = $1 and livemode = $2 and id = s.journal_id offset 0) j
       on true
     left join lateral (
       select json_agg(json_build_array(line, account, asset, amount::text) order by line) lines from posting
       where merchant_id = $1 and livemode = $2 and journal_id = s.journal_id) p on true
     where s.merchant_id = $1 and s.livemode = $2 and s.sequence > $3 order by s.sequence limit $4`,
    [tenant.merchant_id, tenant.livemode, after, limit],
  )
  return rows.map(({ sequence, journal_id, hash, id, key, created_us, lines }) => ({
    sequence,
    journal_id,
    hash,
    content: id === null ? null : { ...tenant, id, key, created_us, lines },
  }))
}

type Found = { id: string | null } & Pick<JournalContent, 'key' | 'created_us' | 'lines'>

/** Journals that neither have a seal nor wait for one: somebody went around the triggers. */
export async function strayJournals(sql: Sql, tenant: Tenant): Promise<string[]> {
  const { rows } = await sql.query<{ id: string }>(
    `select id from journal j where merchant_id = $1 and livemode = $2
       and not exists (select from journal_seal s
         where s.merchant_id = $1 and s.livemode = $2 and s.journal_id = j.id)
       and not exists (select from journal_unsealed q
         where q.merchant_id = $1 and q.livemode = $2 and q.journal_id = j.id)
     order by id limit 100`,
    [tenant.merchant_id, tenant.livemode],
  )
  return rows.map(({ id }) => id)
}
