import type { Grant } from '../../db/roles/grant.ts'
import { compareRights } from '../../db/roles/grantRights.ts'
import { ROLES } from '../../db/roles/rights.ts'
import { type Running, rolesOfCluster, runningProcesses } from '../../db/roles/roleStore.ts'
import type { Check } from './check.ts'
import { appliedMigrations } from './store.ts'
import { fail, type Finding, ok, warn } from './finding.ts'

const LINE = 'database roles'
const MIGRATE = 'Run: skiro-server migrate'
const SHOWN = 3

/** Whether the processes run with no more rights than they need, and with those. */
export const rolesCheck: Check = {
  name: LINE,
  needs_database: true,
  async run({ ctx }) {
    // Throws on an empty database, of which nothing can be said.
    await appliedMigrations(ctx.db)
    const there = await rolesOfCluster(ctx.db)
    const lost = Object.values(ROLES).filter((role) => !there.includes(role))
    const { missing, beyond } = await compareRights(ctx.db)
    const running = await runningProcesses(ctx.db)
    const found = [...judgeRoles(lost), ...judgeRights(missing, beyond), ...judgeProcesses(running)]
    return found.length > 0 ? found : [ok(LINE, allIsWell(running))]
  },
}

function judgeRoles(lost: readonly string[]): Finding[] {
  return lost.map((role) =>
    warn(
      LINE,
      `The cluster has no role ${role}.`,
      `${MIGRATE}, as a user who may make roles, or let somebody who may run: create role ${role};`,
    ),
  )
}

function judgeRights(missing: readonly Grant[], beyond: readonly Grant[]): Finding[] {
  return [
    ...(missing.length > 0 ? [fail(LINE, `Rights that are missing: ${some(missing)}.`, MIGRATE)] : []),
    ...(beyond.length > 0 ? [warn(LINE, `Rights that nobody needs: ${some(beyond)}.`, MIGRATE)] : []),
  ]
}

/** Processes that no right binds. */
export function judgeProcesses(running: readonly Running[]): Finding[] {
  return running
    .filter(({ is_superuser, is_owner }) => is_superuser || is_owner)
    .map(({ process, user, is_superuser }) =>
      warn(
        LINE,
        `${process} runs as ${user}, ${is_superuser ? 'a superuser' : 'who owns the tables'}: whoever breaks into it can rewrite the ledger.`,
        `Set SKIRO_${process.toUpperCase()}_DATABASE_URL, and see "Database roles" in docs/operations.md.`,
      ),
    )
}

const some = (grants: readonly Grant[]) =>
  [
    ...grants.slice(0, SHOWN).map(({ right, on, role }) => `${right} on ${on} for ${role}`),
    ...(grants.length > SHOWN ? [`${grants.length - SHOWN} more`] : []),
  ].join(', ')

function allIsWell(running: readonly Running[]): string {
  const who = running.map(({ process, user }) => `${process} runs as ${user}`)
  return `The roles have their rights, and no others. ${who.length > 0 ? `${who.join(', ')}.` : 'Nothing runs now.'}`
}
