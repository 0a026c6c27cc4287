import type { Db } from '../sql.ts'
import { type Process, ROLES } from './rights.ts'
import { currentUser, findLogin, join, letLogIn, makeRole, rolesOfCluster } from './roleStore.ts'
import { scramVerifier } from './scramVerifier.ts'

/** As whom a process connects: the URL that it uses, null when it has none of its own. */
export type Logins = Readonly<Record<Process, string | null>>

/**
 * Makes the two roles, and a login for each URL, with its password. What is there stays; a password that has changed is set.
 * Returns what this user may not do, one sentence each with the statement for somebody who may. Empty: all is there.
 */
export async function makeRoles(db: Db, logins: Logins): Promise<string[]> {
  const left: string[] = []
  const there = await rolesOfCluster(db)
  for (const process of ['serve', 'work'] as const) {
    const role = ROLES[process]
    if (!there.includes(role) && (await makeRole(db, role)) === 'refused') {
      left.push(`The role ${role} is missing. Somebody who may make roles runs: create role ${role};`)
      continue
    }
    const url = logins[process]
    if (url !== null) left.push(...(await makeLogin(db, new URL(url), role)))
  }
  return left
}

async function makeLogin(db: Db, url: URL, role: string): Promise<string[]> {
  const name = decodeURIComponent(url.username)
  if (name === (await currentUser(db)))
    return [`${name} owns the tables, so no right binds it. Give the processes a user of their own.`]
  const verifier = url.password === '' ? null : await scramVerifier(decodeURIComponent(url.password))
  await letLogIn(db, name, verifier)
  const made = await findLogin(db, name, role)
  if (made && !made.is_member) await join(db, name, role)
  const login = await findLogin(db, name, role)
  const membership = name === role ? '' : ` in role ${role}`
  if (!login?.may_log_in)
    return [
      `Nobody can log in as ${name}. Somebody who may make roles runs: create role ${name} login password '…'${membership};`,
    ]
  if (login.is_superuser || login.is_owner)
    return [`${name} is a superuser or may act as the owner of the tables, so no right binds it.`]
  return login.is_member
    ? []
    : [`${name} is no member of ${role}. Somebody who may runs: grant ${role} to ${name};`]
}
