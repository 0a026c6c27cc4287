import { bytesArray } from '../../db/arrays.ts'
import { type Db, type Sql, inTransaction } from '../../db/sql.ts'
import type { SealedColumn } from './columns.ts'

/** One sealed value and the primary key of its row. */
export type SealedRow = { readonly key: Readonly<Record<string, unknown>>; readonly sealed: Buffer }

/** A part of a column in the order of the primary key. `last`: where the next part begins; null when this was the last. */
export type Part = { readonly rows: readonly SealedRow[]; readonly last: SealedRow['key'] | null }

/** Of the next `limit` rows of the table those whose value does not begin with `head`. Reads no more than these rows. */
export async function readPart(
  sql: Sql,
  { table, column, key }: SealedColumn,
  head: Buffer,
  after: SealedRow['key'] | null,
  limit: number,
): Promise<Part> {
  const names = key.map(({ name }) => name).join(', ')
  const places = key.map((_, index) => `$${index + 3}`).join(', ')
  const { rows } = await sql.query<Record<string, unknown> & { sealed: Buffer | null; is_last: boolean }>(
    `select * from (
       select part.*, row_number() over (order by ${names}) = $2 is_last from (
         select ${names}, ${column} sealed from ${table}
         ${after ? `where (${names}) > (${places})` : ''} order by ${names} limit $2) part) x
     where is_last or substring(sealed for 5) <> $1 order by ${names}`,
    [head, limit, ...(after ? key.map(({ name }) => after[name]) : [])],
  )
  const keyed = rows.map(({ sealed, is_last, ...key }) => ({ key, sealed, is_last }))
  return {
    rows: keyed.flatMap(({ key, sealed }) =>
      sealed && !sealed.subarray(0, head.length).equals(head) ? [{ key, sealed }] : [],
    ),
    last: keyed.find(({ is_last }) => is_last)?.key ?? null,
  }
}

/**
 * Puts each `now` in the place of its `was`. A row that holds another value by now, because its secret was rotated, stays
 * as it is, and so does one that somebody is changing at this moment: nothing waits here, so nothing can deadlock.
 * Returns how many were replaced.
 */
export async function replaceSealed(
  sql: Sql,
  { table, column, key }: SealedColumn,
  changes: readonly { key: SealedRow['key']; was: Buffer; now: Buffer }[],
): Promise<number> {
  const places = key.map(({ type }, index) => `$${index + 3}::${type}[]`).join(', ')
  const same = key.map(({ name }) => `t.${name} = c.${name}`).join(' and ')
  const { rowCount } = await sql.query(
    `with c as (
       select c.* from ${table} t
         join unnest($1::bytea[], $2::bytea[], ${places}) c(was, value, ${key.map(({ name }) => name).join(', ')})
         on ${same} and t.${column} = c.was
       for no key update of t skip locked)
     update ${table} t set ${column} = c.value from c where ${same} and t.${column} = c.was`,
    [
      bytesArray(changes.map(({ was }) => was)),
      bytesArray(changes.map(({ now }) => now)),
      ...key.map(({ name }) => changes.map((change) => change.key[name])),
    ],
  )
  return rowCount ?? 0
}

/** How many values each key sealed, by the bytes that they begin with. */
export type HeadCount = { readonly head: Buffer; readonly values: bigint }

/** Counts a whole column, however long that takes. */
export async function countHeads(db: Db, column: SealedColumn): Promise<HeadCount[]> {
  return await inTransaction(db, async (tx) => {
    await tx.query('set local statement_timeout = 0')
    return await count(tx, column, null)
  })
}

/** The same of no more than `limit` rows of the table. */
export async function countSomeHeads(sql: Sql, column: SealedColumn, limit: number): Promise<HeadCount[]> {
  return await count(sql, column, limit)
}

async function count(sql: Sql, { table, column }: SealedColumn, limit: number | null): Promise<HeadCount[]> {
  const { rows } = await sql.query<HeadCount>(
    // Of the first format only its own byte: the next ones are not a key's id but random.
    `select substring(sealed for case when get_byte(sealed, 0) = 1 then 1 else 5 end) head, count(*) as values
     from (select ${column} sealed from ${table} limit $1) x where length(sealed) > 0 group by 1 order by 1`,
    [limit],
  )
  return rows
}
