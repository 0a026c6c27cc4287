import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { roleUrls, testDatabase } from '../../../../../test/support/database.ts'
import { migrate } from '../migrate.ts'
import { type Db, openDb } from '../sql.ts'
import { compareRights } from './grantRights.ts'
import { FUNCTIONS, type Process, ROLES, TABLES } from './rights.ts'

const database = await testDatabase()
const { db } = database
const urls = roleUrls(database.url)
const as: Record<Process, Db> = { serve: openDb(urls.serve), work: openDb(urls.work) }
after(async () => {
  await Promise.all([as.serve.pool.end(), as.work.pool.end()])
  await database.drop()
})

const PROCESSES = ['serve', 'work'] as const
const DENIED = (on: string) => ({ code: '42501', message: `permission denied for ${on}` })

describe('what is written in rights.ts', () => {
  test('is about every table and view there is, and no other', async () => {
    const { rows } = await db.query<{ name: string }>(
      `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm')`,
    )
    const there = rows.map(({ name }) => name).toSorted()
    assert.deepEqual(
      there,
      Object.keys(TABLES).toSorted(),
      'a new table needs a line in db/roles/rights.ts: what serve and work may do with it',
    )
  })

  // As PostgreSQL judges it: with what a role has as a member, as an owner, or because everybody has it.
  test('is what the roles may do, to the last right', async () => {
    const { rows } = await db.query<{ role: string; name: string; rights: string[] }>(
      `select r.rolname as role, c.relname as name, array(
         select p from unnest($2::text[]) p where has_table_privilege(r.oid, c.oid, p)
         union all
         select p || ' (' || a.attname || ')' from pg_attribute a, unnest(array['select', 'insert', 'update', 'references']) p
         where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and has_column_privilege(r.oid, c.oid, a.attnum, p)
           and not has_table_privilege(r.oid, c.oid, p)) rights
       from pg_class c, pg_roles r
       where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm') and r.rolname = any ($1)`,
      [
        Object.values(ROLES),
        ['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger', 'maintain'],
      ],
    )
    assert.equal(rows.length, Object.keys(TABLES).length * 2)
    for (const process of PROCESSES) {
      for (const { name, rights } of rows.filter(({ role }) => role === ROLES[process]))
        assert.equal(rights.toSorted().join(), TABLES[name]![process].split(', ').toSorted().join(), name)
    }
    assert.deepEqual(await compareRights(db), { missing: [], beyond: [] })
  })

  test('gives nobody a way to more: no database, schema, table or function is theirs, no role, no setting', async () => {
    const { rows } = await db.query(
      `select r.rolname, r.rolsuper or r.rolcreaterole or r.rolcreatedb or r.rolbypassrls or r.rolreplication as strong,
         exists (select from pg_auth_members m where m.member = r.oid) as member,
         has_schema_privilege(r.oid, 'public', 'create') or has_schema_privilege(r.oid, 'graphile_worker', 'create')
           or has_database_privilege(r.oid, current_database(), 'create') as makes,
         exists (select from pg_shdepend d where d.refclassid = 'pg_authid'::regclass and d.refobjid = r.oid
           and d.deptype = 'o') as owns
       from pg_roles r where r.rolname = any ($1) order by 1`,
      [Object.values(ROLES)],
    )
    const nothing = { strong: false, member: false, makes: false, owns: false }
    assert.deepEqual(rows, [
      { rolname: 'skiro_serve', ...nothing },
      { rolname: 'skiro_work', ...nothing },
    ])
  })
})

describe('functions', () => {
  type Fn = { name: string; definer: boolean; path: boolean; everybody: boolean; roles: string[] }
  let functions: Fn[]
  before(async () => {
    functions = (
      await db.query<Fn>(
        `select p.proname as name, p.prosecdef definer, coalesce('search_path=public, pg_temp' = any (p.proconfig), false) path,
           exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a where a.grantee = 0) everybody,
           array(select substr(r.rolname, 7) from pg_roles r
             where r.rolname = any ($1) and has_function_privilege(r.oid, p.oid, 'execute') order by 1) roles
         from pg_proc p where p.pronamespace = 'public'::regnamespace order by 1`,
        [Object.values(ROLES)],
      )
    ).rows
  })

  test('look for tables nowhere but in our schema', () => {
    assert.deepEqual(
      functions.filter(({ path }) => !path).map(({ name }) => name),
      [],
    )
  })

  test('that run with the rights of the owner are those that are written down', () => {
    const strong = functions.filter(({ definer }) => definer)
    const callable = strong.filter(({ name }) => name !== 'keep_balances')
    assert.equal(strong.length, callable.length + 1, 'a trigger, which nobody can call')
    assert.deepEqual(Object.fromEntries(callable.map(({ name, roles }) => [name, roles])), FUNCTIONS)
    for (const { name, everybody } of callable) assert.equal(everybody, false, name)
  })
})

describe('a statement that is not in it is refused, by the name of the table', () => {
  const verbs: Record<string, (table: string, column: string) => string> = {
    select: (table) => `select from ${table}`,
    insert: (table) => `insert into ${table} default values`,
    update: (table, column) => `update ${table} set ${column} = ${column}`,
    delete: (table) => `delete from ${table}`,
    truncate: (table) => `truncate ${table} cascade`,
  }

  for (const process of PROCESSES) {
    test(`as ${process}, on every table`, async () => {
      const { rows } = await db.query<{ name: string; kind: string; column: string }>(
        `select c.relname as name, case c.relkind when 'v' then 'view' else 'table' end kind,
           (select quote_ident(attname) from pg_attribute
            where attrelid = c.oid and attnum > 0 and not attisdropped and attgenerated = '' and attidentity = ''
            order by attnum limit 1) as column
         from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v')`,
      )
      let refused = 0
      for (const { name, kind, column } of rows) {
        const rights = TABLES[name]![process].split(', ')
        for (const [verb, write] of Object.entries(verbs)) {
          if (rights.includes(verb) || (kind === 'view' && verb !== 'select')) continue
          await assert.rejects(
            as[process].query(write(name, column)),
            DENIED(`${kind} ${name}`),
            `${verb} ${name}`,
          )
          refused += 1
        }
      }
      assert.ok(refused > 80, `${refused} statements`)
    })

    for (const [statement, refusal] of [
      ['alter table posting disable trigger user', /must be owner of table posting/],
      ['alter table posting disable trigger posting_append_only', /must be owner of table posting/],
      ['drop trigger posting_append_only on posting', /must be owner of relation posting/],
      [
        'alter table ledger_balance drop constraint ledger_balance_side',
        /must be owner of table ledger_balance/,
      ],
      ["set session_replication_role = 'replica'", /permission denied to set parameter/],
      [
        'create or replace function refuse_write() returns trigger language plpgsql as $$ begin return new; end $$',
        /permission denied for schema public/,
      ],
      ['alter function refuse_write() reset search_path', /must be owner of function refuse_write/],
      ['drop table posting', /must be owner of table posting/],
      ['create table public.posting_2 (n int)', /permission denied for schema public/],
      ['create schema elsewhere', /permission denied for database/],
      [
        'do $$ begin lock table posting in access exclusive mode; end $$',
        /permission denied for table posting/,
      ],
      [
        'select fold_balance(null, null, null, null, null, null)',
        /permission denied for function fold_balance/,
      ],
      ['set role postgres', /permission denied to set role "postgres"/],
      [`alter role ${ROLES[process]} superuser`, /permission denied to alter role/],
      ["copy (select 1) to program 'true'", /permission denied to COPY to or from an external program/],
    ] as const) {
      test(`as ${process}: ${statement.slice(0, 70)}`, async () => {
        await assert.rejects(as[process].query(statement), (error: Error & { code?: string }) => {
          assert.match(error.message, refusal)
          return error.code === '42501'
        })
      })
    }
  }

  test('as serve: sealing', async () => {
    await assert.rejects(
      as.serve.query(`select seal_journals('mer_1', false, 1)`),
      DENIED('function seal_journals'),
    )
  })
})

// Last: it takes rights away, which the next `migrate` gives back.
test('migrate takes back what was given by hand, and gives again what was taken', async () => {
  await db.query(`grant update on posting to skiro_work; revoke insert on journal from skiro_work;
    grant execute on function fold_balance to skiro_serve; grant create on schema public to skiro_serve;
    alter function refuse_unbalanced() reset search_path; drop policy skiro_work on graphile_worker._private_jobs; revoke usage on schema graphile_worker from skiro_serve`)
  const { missing, beyond } = await compareRights(db)
  assert.deepEqual([missing.length, beyond.length], [3, 3])
  assert.deepEqual(await migrate(db), [])
  assert.deepEqual(await compareRights(db), { missing: [], beyond: [] })
  const { rows } = await db.query(`select proconfig from pg_proc where proname = 'refuse_unbalanced'`)
  assert.deepEqual(rows, [{ proconfig: ['search_path=public, pg_temp'] }])
})
