import type { Context } from '../context.ts'
import type { Tenant } from '../lib/tenant.ts'
import { type Slice, cutToSlice } from '../lists/slice.ts'
import type { EndpointRow } from './endpoint.ts'
import { allEndpoints } from './store.ts'

/** A slice of the endpoints, newest first. There are so few (ENDPOINTS_MAX) that all are read and counted. */
export async function listEndpoints(
  ctx: Context,
  tenant: Tenant,
  slice: Slice,
): Promise<{ rows: EndpointRow[]; has_more: boolean; total: number }> {
  const { older_than, newer_than, offset, limit } = slice
  const all = await allEndpoints(ctx.db, tenant)
  const side = all.filter(
    ({ id }) => (older_than === null || id < older_than) && (newer_than === null || id > newer_than),
  )
  // Read towards the newest, the slice is what stands next to the id it begins at: the end of the list.
  const start = newer_than === null ? offset : Math.max(0, side.length - limit - 1)
  return { ...cutToSlice(side.slice(start, start + limit + 1), slice), total: all.length }
}
