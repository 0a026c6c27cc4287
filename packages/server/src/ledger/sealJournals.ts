import type { Sql } from '../db/sql.ts'
import type { Tenant } from '../lib/tenant.ts'
import { sealGroup, unsealedTenants } from './sealStore.ts'

const GROUP = 500
const TENANTS = 256
// So that one that never ends lets the other sweeps have their turn.
const PASSES = 10

/** Seals everything that one merchant has booked and committed. Returns how many journals that were. */
export async function sealTenant(sql: Sql, tenant: Tenant): Promise<number> {
  for (let sealed = 0; ; ) {
    const group = await sealGroup(sql, tenant, GROUP)
    sealed += group
    if (group < GROUP) return sealed
  }
}

/**
 * Seals what is committed, a group of each merchant in turn, until nothing waits or `stop` is given. Many processes may do
 * it at once. Nobody waits for it: a journal is booked whether it is sealed or not. Returns how many were sealed.
 */
export async function sealJournals(sql: Sql, stop?: AbortSignal): Promise<number> {
  let sealed = 0
  for (let pass = 0; pass < PASSES; pass++) {
    const tenants = await unsealedTenants(sql, TENANTS)
    for (const tenant of tenants) {
      if (stop?.aborted) return sealed
      sealed += await sealGroup(sql, tenant, GROUP)
    }
    if (tenants.length === 0) break
  }
  return sealed
}
