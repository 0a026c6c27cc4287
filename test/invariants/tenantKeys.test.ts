/** I15: no row of one merchant, or of one mode, can point at a row of another. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { testDatabase } from '../support/database.ts'

const { db, drop } = await testDatabase()
after(drop)

type Key = { from: string; to: string; columns: string[]; targets: string[] }

/** Every foreign key between two tables that both have the column. */
async function keysBetween(column: string): Promise<Key[]> {
  const { rows } = await db.query<Key>(
    `select c.conrelid::regclass::text "from", c.confrelid::regclass::text "to",
       array(select attname::text from unnest(c.conkey) with ordinality k (n, place)
         join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.n order by place) columns,
       array(select attname::text from unnest(c.confkey) with ordinality k (n, place)
         join pg_attribute a on a.attrelid = c.confrelid and a.attnum = k.n order by place) targets
     from pg_constraint c where c.contype = 'f' and c.connamespace = 'public'::regnamespace
       and 2 = (select count(*) from (values (c.conrelid), (c.confrelid)) r (id)
         where exists (select from pg_attribute a where a.attrelid = r.id and a.attname = $1 and not a.attisdropped))`,
    [column],
  )
  return rows
}

for (const column of ['merchant_id', 'livemode']) {
  test(`a foreign key between two tables that have ${column} includes it`, async () => {
    const keys = await keysBetween(column)
    assert.ok(keys.length >= 10, `only ${keys.length} keys`)
    const crossing = keys.filter(
      ({ columns, targets }) =>
        columns.indexOf(column) < 0 || columns.indexOf(column) !== targets.indexOf(column),
    )
    assert.deepEqual(crossing, [])
  })
}
