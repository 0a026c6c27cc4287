import type { Tx } from '../db/sql.ts'
import type { Ref, Tenant } from '../lib/tenant.ts'

/** What webhooks need from other domains; `wiring.ts` fills it in. */
export type WebhookPorts = {
  /**
   * Does `change`, which may touch the default endpoint, and records in the same transaction what that changed about the
   * merchant object. Locks the merchant's row, always before an endpoint's: one order of locks, no deadlocks.
   * @throws SkiroError not_found (no such merchant)
   */
  changeMerchant<T>(tx: Tx, tenant: Tenant, change: () => Promise<T>): Promise<T>
  /** Tells the merchant by mail, where mails are sent, that nothing goes to this endpoint any more. */
  tellOwner(tx: Tx, endpoint: Ref): Promise<void>
}

/** What disabling an endpoint needs. */
export type DisablePorts = Pick<WebhookPorts, 'tellOwner'>
