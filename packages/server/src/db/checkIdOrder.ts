import type { Sql } from './sql.ts'

/** The database cannot be used as it was made. The message says what to do. */
export class UnusableDatabase extends Error {
  override name = 'UnusableDatabase'
}

/**
 * Ids sort by time, and lists, cursors and totals rely on that. Some languages sort otherwise: Czech puts `ch` after
 * `h`, Hungarian knows `cs`, Estonian moves `z`. Tries every pair of an id's characters.
 * @throws UnusableDatabase
 */
export async function checkIdOrder(sql: Sql): Promise<void> {
  const { rows } = await sql.query<{ collation: string; sorted: boolean }>(
    `with alphabet as (select regexp_split_to_table('0123456789abcdefghjkmnpqrstvwxyz', '') c),
       pair as (select 'cs_' || a.c || b.c || 'a' id from alphabet a, alphabet b)
     select d.datcollate collation,
       array(select id from pair order by id) = array(select id from pair order by id collate "C") sorted
     from pg_database d where d.datname = current_database()`,
  )
  const [row] = rows
  if (row?.sorted) return
  throw new UnusableDatabase(
    `This database sorts text as ${row?.collation} does, which is not the order of ids. ` +
      `Make a new one: create database skiro template template0 encoding 'UTF8' locale 'C.UTF-8'`,
  )
}
