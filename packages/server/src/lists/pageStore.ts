import type { Sql } from '../db/sql.ts'
import type { IdKind } from '../lib/ids.ts'
import type { Params } from './params.ts'
import type { Slice } from './slice.ts'
import type { Window } from './window.ts'
import { withinWindow } from './windowStore.ts'

/** Where rows of a list may be: what stands after `from`, and what must hold for them beside merchant and mode. */
export type Source = { readonly from: string; readonly and?: string }

export type PageOf = {
  readonly kind: IdKind
  /** Reads whole rows, ready for a `where`. */
  readonly select: string
  /** What `select` and every source call the list's table. */
  readonly alias: string
  /** No row may be in two of them. */
  readonly sources: readonly Source[]
  readonly window: Window
  readonly slice: Slice
}

/**
 * The rows of a slice and one more, if there is one, newest first: `cutToSlice` takes it off. Finds the ids first, each
 * source by its index, so that rows that are skipped cost no more than their entry there.
 */
export async function readPage<Row extends object>(sql: Sql, params: Params, page: PageOf): Promise<Row[]> {
  const { select, alias } = page
  const tenant = `${alias}.merchant_id = $1 and ${alias}.livemode = $2`
  const { rows } = await sql.query<Row>(
    `${select} where ${tenant} and ${alias}.id = any (array(${idsOf(params, page, tenant)})) order by ${alias}.id desc`,
    params.values,
  )
  return rows
}

function idsOf(params: Params, { kind, alias, sources, window, slice }: PageOf, tenant: string): string {
  const { bind } = params
  const order = slice.newer_than === null ? 'desc' : 'asc'
  const bounds = [
    slice.older_than === null ? '' : `and ${alias}.id < ${bind(slice.older_than)}`,
    slice.newer_than === null ? '' : `and ${alias}.id > ${bind(slice.newer_than)}`,
    withinWindow(params, alias, kind, window),
  ].join(' ')
  const most = bind(slice.offset + slice.limit + 1)
  const ids = sources.map(
    ({ from, and }) =>
      `(select ${alias}.id from ${from} where ${tenant} ${bounds} ${and === undefined ? '' : `and ${and}`}
        order by ${alias}.id ${order} limit ${most})`,
  )
  return `select k.id from (${ids.join(' union all ')}) k
    order by k.id ${order} limit ${bind(slice.limit + 1)} offset ${bind(slice.offset)}`
}
