import { z } from 'zod'
import { SkiroError } from '../lib/errors.ts'
import { ID_PREFIXES, type IdKind, isId } from '../lib/ids.ts'
import { type Slice, cutToSlice } from '../lists/slice.ts'
import { type Window, windowOf } from '../lists/window.ts'
import { queryTime } from './queryTime.ts'

/** Objects of a page for which no limit is given. */
export const LIMIT_DEFAULT = 20
const DEPTH_MAX = 100_000

const whole = (text: string) => /^[0-9]{1,15}$/.test(text)

/** A whole number in the query string, between `min` and `max`. */
export function queryInteger(min: number, max: number) {
  return (
    z
      .string('must be given once')
      .refine(whole, 'must be a whole number')
      .transform(Number)
      .refine((value) => value >= min && value <= max, `must be from ${min} to ${max}`)
      // For the documents: a number to whoever calls, though a query string holds text.
      .meta({ type: 'integer', minimum: min, maximum: max })
  )
}

const cursor = z.string('must be given once').max(100).optional()

/** Query parameters of every list: `page`, or one of the two cursors. */
export const pagingQuery = {
  page: queryInteger(1, DEPTH_MAX).optional().describe('Page number, from 1.'),
  limit: queryInteger(1, 100).optional().describe('Objects per page, 1 to 100. Default 20.'),
  starting_after: cursor.describe(
    'An id: the page starts with the next older object. Cheaper than page numbers, and nothing is skipped or shown twice while objects are added.',
  ),
  ending_before: cursor.describe('An id: the page ends with the next newer object.'),
}

/** Query parameters of lists that can be cut by time. */
export const createdQuery = {
  from: queryTime.optional().describe('Created at or after this ISO 8601 time.'),
  to: queryTime.optional().describe('Created at or before this ISO 8601 time.'),
}

type Asked<Query> = { readonly [Name in keyof Query]?: Query[Name] | undefined }

/**
 * The slice that the query asks for.
 * @throws SkiroError invalid_request: parameters that exclude each other, an id of another kind, a page too deep.
 */
export function readSlice(
  kind: IdKind,
  query: Asked<{ page: number; limit: number; starting_after: string; ending_before: string }>,
): Slice {
  const { page = 1, limit = LIMIT_DEFAULT, starting_after = null, ending_before = null } = query
  refuseBoth(query, ['page', 'starting_after', 'ending_before'])
  refuseOtherKind(kind, 'starting_after', starting_after)
  refuseOtherKind(kind, 'ending_before', ending_before)
  if (page * limit > DEPTH_MAX) {
    throw new SkiroError('invalid_request', {
      param: 'page',
      message: `page × limit may be at most ${DEPTH_MAX}. Use starting_after to go on, or from and to to jump.`,
    })
  }
  return { page, limit, offset: (page - 1) * limit, older_than: starting_after, newer_than: ending_before }
}

/** The window of time that the query asks for. */
export function readWindow({ from, to }: Asked<{ from: number; to: number }>): Window {
  return windowOf(from ?? null, to ?? null)
}

/** @throws SkiroError invalid_request naming the first given parameter when another of `names` is given too. */
export function refuseBoth(query: object, names: readonly string[]): void {
  const [first, second] = names.filter((name) => (query as Record<string, unknown>)[name] !== undefined)
  if (first === undefined || second === undefined) return
  throw new SkiroError('invalid_request', { param: first, message: `Use ${first} or ${second}, not both.` })
}

function refuseOtherKind(kind: IdKind, param: string, id: string | null): void {
  if (id === null || isId(kind, id)) return
  throw new SkiroError('invalid_request', { param, message: `${param} must be a ${ID_PREFIXES[kind]}… id.` })
}

/** The envelope of every list. */
export function renderList<T>(
  data: T[],
  { page, limit, total, has_more }: { page: number; limit: number; total: number; has_more: boolean },
) {
  return {
    object: 'list' as const,
    data,
    has_more,
    pagination: { page, limit, total, total_pages: Math.ceil(total / limit) },
  }
}

/** The envelope of a slice. `rows` holds one more than its limit when more follow. */
export function renderSlice<Row, T>(slice: Slice, rows: Row[], total: number, render: (row: Row) => T) {
  const { rows: shown, has_more } = cutToSlice(rows, slice)
  return renderList(shown.map(render), { page: slice.page, limit: slice.limit, total, has_more })
}

/**
 * The envelope of a list that is too long to be counted: without `pagination`.
 * @param rows one more than the limit when more follow
 */
export function renderUncounted<Row, T>(rows: readonly Row[], limit: number, render: (row: Row) => T) {
  return {
    object: 'list' as const,
    data: rows.slice(0, limit).map(render),
    has_more: rows.length > limit,
  }
}

/** The schema of an envelope without `pagination`. */
export function uncountedListSchema<T extends z.ZodType>(item: T) {
  return z.object({
    object: z.literal('list'),
    data: z.array(item),
    has_more: z.boolean().describe('Whether more objects follow in the direction of reading.'),
  })
}

/** The envelope's schema, for the OpenAPI document. */
export function listSchema<T extends z.ZodType>(item: T) {
  return z.object({
    object: z.literal('list'),
    data: z.array(item),
    has_more: z.boolean().describe('Whether more objects follow in the direction of reading.'),
    pagination: z.object({
      page: z.number().describe('1 when a cursor was given.'),
      limit: z.number(),
      total: z.number().describe('Of all pages: how many objects the filters leave.'),
      total_pages: z.number(),
    }),
  })
}
