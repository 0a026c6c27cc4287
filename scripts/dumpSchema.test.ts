import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { testDatabase } from '../test/support/database.ts'
import { dumpSchema } from './dumpSchema.ts'

const { db, drop } = await testDatabase()
after(drop)

const TABLE = 'create table planted (id text primary key, amount numeric(78, 0) not null default 0)'

/** The dump after `statements`, which are undone again. */
async function dumpAfter(...statements: string[]): Promise<string> {
  try {
    for (const statement of statements) await db.query(statement)
    return await dumpSchema(db)
  } finally {
    await db.query('drop table if exists planted cascade')
    await db.query('drop type if exists planted_kind cascade')
    await db.query('drop function if exists planted_function cascade')
  }
}

test('the order in which a schema was made leaves no trace', async () => {
  const parts = [
    'create index planted_a on planted (amount)',
    'create index planted_b on planted (id, amount)',
    'alter table planted add constraint planted_x check (amount > 0)',
    'alter table planted add constraint planted_y check (amount < 9)',
    'create trigger planted_kept before delete on planted for each row execute function refuse_write()',
  ]
  assert.equal(await dumpAfter(TABLE, ...parts), await dumpAfter(TABLE, ...parts.toReversed()))
})

test('every change of the schema changes the dump', async () => {
  const base = await dumpAfter(TABLE)
  const changes = [
    'alter table planted add column note text',
    'alter table planted alter column amount set default 1',
    'alter table planted alter column amount drop default',
    'alter table planted alter column amount drop not null',
    'alter table planted alter column amount type numeric(20, 0)',
    'alter table planted alter column id type text collate "C"',
    'alter table planted add column twice numeric generated always as (amount * 2) stored',
    'alter table planted add column n int generated always as identity',
    'alter table planted drop constraint planted_pkey',
    'alter table planted add check (amount > 0)',
    'alter table planted add unique (amount)',
    'create index on planted (amount)',
    'create unique index planted_amount on planted (amount) where amount > 0',
    'create trigger t before delete on planted for each row execute function refuse_write()',
    'create view planted_view as select id from planted',
    "create type planted_kind as enum ('a', 'b')",
    'create domain planted_kind as text check (length(value) < 9)',
    'create function planted_function() returns int language sql as $$ select 1 $$',
    'drop table planted',
  ]
  const dumps = new Set([base])
  for (const change of changes) {
    const dump = await dumpAfter(TABLE, change)
    assert.ok(!dumps.has(dump), change)
    dumps.add(dump)
  }
  assert.equal(await dumpAfter(TABLE), base)
})

test('other schemas, such as that of the job queue, are left out', async () => {
  assert.ok(!(await dumpSchema(db)).includes('graphile_worker'))
})
