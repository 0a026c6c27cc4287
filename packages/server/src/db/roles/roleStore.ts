import pg from 'pg'
import { type Sql, isDbError, one } from '../sql.ts'
import { ROLES } from './rights.ts'

/** Which of our roles the cluster has. */
export async function rolesOfCluster(sql: Sql): Promise<string[]> {
  const { rows } = await sql.query<{ rolname: string }>(
    'select rolname from pg_roles where rolname = any ($1)',
    [Object.values(ROLES)],
  )
  return rows.map(({ rolname }) => rolname)
}

/** Who is connected here. */
export async function currentUser(sql: Sql): Promise<string> {
  return (await one<{ name: string }>(sql, 'select current_user::text as name where $1', [true])).name
}

/** What a login is: null when there is none of that name. */
export type Login = {
  readonly may_log_in: boolean
  /** A member of the group, by itself or through others. */
  readonly is_member: boolean
  readonly is_superuser: boolean
  /** May act as who owns the tables, so that no right binds it. */
  readonly is_owner: boolean
}

// Of `r`. A member could make itself the owner.
const IS_OWNER = `exists (
  select from pg_class c where c.oid = to_regclass('public.journal') and pg_has_role(r.oid, c.relowner, 'member'))`

/** Looks a login up. The group has to exist. */
export async function findLogin(sql: Sql, name: string, group: string): Promise<Login | null> {
  const { rows } = await sql.query<Login>(
    `select r.rolcanlogin may_log_in, pg_has_role(r.oid, g.oid, 'usage') is_member, r.rolsuper is_superuser,
       ${IS_OWNER} is_owner
     from pg_roles r, pg_roles g where r.rolname = $1 and g.rolname = $2`,
    [name, group],
  )
  return rows[0] ?? null
}

/** Not an error: the role is there already, or this user may not do it. */
export type Refused = 'refused'

const MAY_NOT = '42501'
const TAKEN = ['42710', '23505']
// Two programs that change one role of the cluster at the same time: PostgreSQL has no lock for that.
const AT_THE_SAME_TIME = 'XX000'

/** Makes a role that nobody can log in as. */
export async function makeRole(sql: Sql, role: string): Promise<Refused | null> {
  return await tryTo(sql, `create role ${pg.escapeIdentifier(role)}`)
}

/** Lets a role log in with the password of that verifier, null: without one of PostgreSQL's. Makes it if it must. */
export async function letLogIn(sql: Sql, role: string, verifier: string | null): Promise<Refused | null> {
  const name = pg.escapeIdentifier(role)
  const password = verifier === null ? '' : ` password ${pg.escapeLiteral(verifier)}`
  return (
    (await tryTo(sql, `create role ${name}`)) ?? (await tryTo(sql, `alter role ${name} login${password}`))
  )
}

/** Makes a login a member of a group. */
export async function join(sql: Sql, role: string, group: string): Promise<Refused | null> {
  return await tryTo(sql, `grant ${pg.escapeIdentifier(group)} to ${pg.escapeIdentifier(role)}`)
}

async function tryTo(sql: Sql, statement: string, tries = 3): Promise<Refused | null> {
  try {
    await sql.query(statement)
    return null
  } catch (error) {
    if (isDbError(error, MAY_NOT)) return 'refused'
    if (TAKEN.some((code) => isDbError(error, code))) return null
    if (tries > 1 && isDbError(error, AT_THE_SAME_TIME)) return await tryTo(sql, statement, tries - 1)
    throw error
  }
}

/** A process of ours that is connected to this database, and what its user is. */
export type Running = { readonly process: string; readonly user: string } & Pick<
  Login,
  'is_superuser' | 'is_owner'
>

/** `serve` and `work` as they are connected now, each once per user. Anybody may ask. */
export async function runningProcesses(sql: Sql): Promise<Running[]> {
  const { rows } = await sql.query<Running>(
    `select distinct substr(a.application_name, 7) process, a.usename::text as user, r.rolsuper is_superuser,
       ${IS_OWNER} is_owner
     from pg_stat_activity a join pg_roles r on r.oid = a.usesysid
     where a.datname = current_database() and a.application_name = any ($1) order by 1, 2`,
    [['skiro-serve', 'skiro-work']],
  )
  return rows
}
