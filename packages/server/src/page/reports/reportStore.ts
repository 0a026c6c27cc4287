import { numberArray, textArray } from '../../db/arrays.ts'
import type { Sql } from '../../db/sql.ts'
import type { PageReport } from './readReports.ts'

/** Kinds of reports that are kept: more are made up. */
const KINDS_MAX = 500

export type KeptReport = PageReport & { times: bigint; first_at: Date; last_at: Date }

/** Counts reports by their kind. Returns the kinds that nobody had reported before. */
export async function countReports(sql: Sql, reports: readonly PageReport[]): Promise<PageReport[]> {
  const kinds = new Map<string, PageReport & { times: number }>()
  for (const report of reports) {
    const key = JSON.stringify([report.directive, report.blocked, report.source])
    kinds.set(key, { ...report, times: (kinds.get(key)?.times ?? 0) + 1 })
  }
  if (kinds.size === 0) return []
  const list = [...kinds.values()]
  const { rows } = await sql.query<PageReport & { is_new: boolean }>(
    `insert into page_report as r (directive, blocked, source, times)
     select n.* from unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) n (directive, blocked, source, times)
     where (select count(*) from page_report) < $5 or exists (
       select from page_report o where o.directive = n.directive and o.blocked = n.blocked and o.source = n.source)
     order by 1, 2, 3
     on conflict (directive, blocked, source) do update set times = r.times + excluded.times, last_at = now()
     returning directive, blocked, source, xmax = 0 is_new`,
    [
      textArray(list.map(({ directive }) => directive)),
      textArray(list.map(({ blocked }) => blocked)),
      textArray(list.map(({ source }) => source)),
      numberArray(list.map(({ times }) => times)),
      KINDS_MAX,
    ],
  )
  return rows
    .filter(({ is_new }) => is_new)
    .map(({ directive, blocked, source }) => ({ directive, blocked, source }))
}

/** What was reported, the newest first. */
export async function listReports(sql: Sql): Promise<KeptReport[]> {
  const { rows } = await sql.query<KeptReport>(
    'select directive, blocked, source, times, first_at, last_at from page_report order by last_at desc',
  )
  return rows
}

/** Forgets what nobody has reported for so many days. Returns how many kinds. */
export async function dropOldReports(sql: Sql, days: number): Promise<number> {
  const { rowCount } = await sql.query(
    `delete from page_report where last_at < now() - $1 * interval '1 day'`,
    [days],
  )
  return rowCount ?? 0
}
