import type { Sql } from '../db/sql.ts'
import type { Tenant } from '../lib/tenant.ts'
import { countTerm, readCount } from './countStore.ts'
import { readPage } from './pageStore.ts'
import { tenantParams } from './params.ts'
import type { Slice } from './slice.ts'
import type { Window } from './window.ts'

export type StatusFilter<Status extends string> = { readonly status: Status | null; readonly window: Window }

export type StatusList<Row, Status extends string> = {
  /** The rows of the slice, newest first, and one more if there is one. */
  readonly page: (sql: Sql, tenant: Tenant, filter: StatusFilter<Status>, slice: Slice) => Promise<Row[]>
  /** How many rows the filter leaves in all slices. */
  readonly count: (sql: Sql, tenant: Tenant, filter: StatusFilter<Status>) => Promise<number>
}

/**
 * The list of a table whose rows stand in an index by status and id.
 * @param select reads whole rows of `table`, which it calls `alias`; ready for a `where`
 */
export function statusList<Row extends object, Status extends string>(
  table: 'transaction' | 'payout',
  select: string,
  alias: string,
): StatusList<Row, Status> {
  return {
    async page(sql, tenant, { status, window }, slice) {
      const params = tenantParams(tenant)
      const and = status === null ? 'true' : `${alias}.status = ${params.bind(status)}`
      const sources = [{ from: `${table} ${alias}`, and }]
      return await readPage<Row>(sql, params, { kind: table, select, alias, sources, window, slice })
    },
    async count(sql, tenant, { status, window }) {
      const params = tenantParams(tenant)
      const and = () => (status === null ? 'true' : `r.status = ${params.bind(status)}`)
      return await readCount(sql, params, countTerm(params, { list: table, word: status, window, and }))
    },
  }
}
