import type { Sql } from '../sql.ts'
import type { Grant } from './grant.ts'

/** Something that rights are given on. */
export type Thing = {
  readonly kind: 'table' | 'function'
  readonly schema: string
  readonly name: string
  /** As a grant names it. */
  readonly on: string
  /** A table that hides its rows from everybody who is named in no policy. */
  readonly has_policies: boolean
}

/** Every table, view and function of these schemas that belongs to no extension. */
export async function listThings(sql: Sql, schemas: readonly string[]): Promise<Thing[]> {
  const of_extension = (catalogue: string, oid: string) =>
    `select from pg_depend d where d.classid = '${catalogue}'::regclass and d.objid = ${oid} and d.deptype = 'e'`
  const { rows } = await sql.query<Thing>(
    `select 'table' as kind, n.nspname as schema, c.relname as name, format('table %I.%I', n.nspname, c.relname) as on,
       c.relrowsecurity has_policies
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = any ($1) and c.relkind in ('r', 'p', 'v', 'm') and not exists (${of_extension('pg_class', 'c.oid')})
     union all
     select 'function', n.nspname, p.proname,
       format('function %I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)), false
     from pg_proc p join pg_namespace n on n.oid = p.pronamespace
     where n.nspname = any ($1) and not exists (${of_extension('pg_proc', 'p.oid')})
     order by 1, 2, 3`,
    [schemas],
  )
  return rows
}

/** What these roles were granted in these schemas, by name: not what they have as members or as everybody. */
export async function listGrants(
  sql: Sql,
  schemas: readonly string[],
  roles: readonly string[],
): Promise<Grant[]> {
  const { rows } = await sql.query<Grant>(
    `select format('schema %I', n.nspname) as on, lower(a.privilege_type) as right, r.rolname as role
     from pg_namespace n cross join aclexplode(n.nspacl) a join pg_roles r on r.oid = a.grantee
     where n.nspname = any ($1) and r.rolname = any ($2)
     union all
     select format('table %I.%I', n.nspname, c.relname), lower(a.privilege_type), r.rolname
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     cross join aclexplode(c.relacl) a join pg_roles r on r.oid = a.grantee
     where n.nspname = any ($1) and c.relkind in ('r', 'p', 'v', 'm') and r.rolname = any ($2)
     union all
     select format('table %I.%I', n.nspname, c.relname), format('%s (%I)', lower(a.privilege_type), t.attname), r.rolname
     from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute t on t.attrelid = c.oid
     cross join aclexplode(t.attacl) a join pg_roles r on r.oid = a.grantee
     where n.nspname = any ($1) and not t.attisdropped and r.rolname = any ($2)
     union all
     select format('table %I.%I', n.nspname, c.relname), 'policy', p.polname
     from pg_policy p join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = any ($1) and p.polname = any ($2)
     union all
     select format('function %I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)),
       lower(a.privilege_type), r.rolname
     from pg_proc p join pg_namespace n on n.oid = p.pronamespace
     cross join aclexplode(p.proacl) a join pg_roles r on r.oid = a.grantee
     where n.nspname = any ($1) and r.rolname = any ($2)`,
    [schemas, roles],
  )
  return rows
}

/** Gives a right. Only the owner of the thing can. */
export async function give(sql: Sql, { on, right, role }: Grant): Promise<void> {
  await sql.query(
    right === 'policy'
      ? `create policy ${role} on ${on.replace(/^table /, '')} to ${role} using (true) with check (true)`
      : `grant ${right} on ${on} to ${role}`,
  )
}

/** Takes a right back. */
export async function take(sql: Sql, { on, right, role }: Grant): Promise<void> {
  await sql.query(
    right === 'policy'
      ? `drop policy ${role} on ${on.replace(/^table /, '')}`
      : `revoke ${right} on ${on} from ${role}`,
  )
}

/**
 * Has every function of ours look for tables in our schema and nowhere else. A role with no rights at all can still make a
 * temporary table, and a bare name finds that one first: a check that looks into `posting` has to see the real one.
 */
export async function fixSearchPaths(sql: Sql): Promise<void> {
  const { rows } = await sql.query<{ name: string }>(
    `select format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)) as name
     from pg_proc p join pg_namespace n on n.oid = p.pronamespace
     where n.nspname = 'public' and p.prokind in ('f', 'p') and p.proowner = current_user::regrole
       and not coalesce('search_path=public, pg_temp' = any (p.proconfig), false)
       and not exists (select from pg_depend d
         where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')`,
  )
  for (const { name } of rows) await sql.query(`alter function ${name} set search_path = public, pg_temp`)
}
