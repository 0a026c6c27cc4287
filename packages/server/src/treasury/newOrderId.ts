import { randomBytes } from 'node:crypto'
import { newId } from '../lib/ids.ts'

/** The ids of a new order: ours, and the one for the exchange. 32 hex digits fit every exchange's rule. */
export function newOrderIds(): { id: string; client_id: string } {
  return { id: newId('treasury_order'), client_id: randomBytes(16).toString('hex') }
}
