import { type Sql, inTransaction, type Db } from '../sql.ts'
import { type Grant, without } from './grant.ts'
import { type Thing, fixSearchPaths, give, listGrants, listThings, take } from './grantStore.ts'
import { FUNCTIONS, type Process, QUEUE, ROLES, TABLES } from './rights.ts'
import { rolesOfCluster } from './roleStore.ts'

const PROCESSES = Object.keys(ROLES) as Process[]
const SCHEMAS = ['public', QUEUE.schema] as const

/** What the roles lack of what is written in `rights.ts`, and what they have beyond it. Roles that are not there have no say. */
export type Difference = { readonly missing: Grant[]; readonly beyond: Grant[] }

/** Compares the database with `rights.ts`. */
export async function compareRights(sql: Sql): Promise<Difference> {
  const there = await rolesOfCluster(sql)
  const [things, have] = [
    await listThings(sql, SCHEMAS),
    await listGrants(sql, SCHEMAS, Object.values(ROLES)),
  ]
  const want = wanted(things).filter(({ role }) => there.includes(role))
  return { missing: without(want, have), beyond: without(have, want) }
}

/**
 * Makes the rights of the roles what is written in `rights.ts`, and fixes the search path of functions that a migration has
 * made or replaced. Without anything to do it does nothing.
 */
export async function grantRights(db: Db, lock: number): Promise<void> {
  await inTransaction(db, async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [lock])
    await fixSearchPaths(tx)
    const { missing, beyond } = await compareRights(tx)
    for (const grant of beyond) await take(tx, grant)
    for (const grant of missing) await give(tx, grant)
  })
}

/** Every grant there should be in a database with these things. */
function wanted(things: readonly Thing[]): Grant[] {
  const schemas = new Set(things.map(({ schema }) => schema))
  return PROCESSES.flatMap((process) => {
    const role = ROLES[process]
    const usage = [...schemas].map((schema) => ({ on: `schema ${schema}`, right: 'usage', role }))
    const rights = things.flatMap((thing) =>
      rightsOn(thing, process).map((right) => ({ on: thing.on, right, role })),
    )
    return [...usage, ...rights]
  })
}

function rightsOn({ kind, schema, name, has_policies }: Thing, process: Process): readonly string[] {
  if (schema === QUEUE.schema)
    return kind === 'table' ? [...QUEUE.rights[process].split(', '), ...(has_policies ? ['policy'] : [])] : []
  if (kind === 'function') return FUNCTIONS[name]?.includes(process) ? ['execute'] : []
  return TABLES[name]?.[process].split(', ') ?? []
}
