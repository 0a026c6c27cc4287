import type { Acquirer, AcquirerRequest, CreatePayment } from '../adapters/acquirer.ts'
import { statementDescriptor } from './statementDescriptor.ts'
import type { TransactionRow, TransactionState } from './transaction.ts'

/** The calls that change something at an acquirer: one of each for a transaction, at most. */
export type Call = 'create' | 'confirm' | 'capture' | 'void'

/** A call as it is stored before it is made: what is sent, under which key, again and again. */
export type NewRequest = AcquirerRequest & { readonly call: Call; readonly key: string }

const KEY_PREFIX: Record<Call, string> = { create: 'pay', confirm: 'auth', capture: 'cap', void: 'void' }

/** Whose outcome a transaction in this state waits for. */
export const CALLS_OF: Partial<Record<TransactionState, readonly Call[]>> = {
  authorizing: ['create', 'confirm'],
  capturing: ['capture'],
  voiding: ['void'],
}

/** Names a call for the acquirer. From the transaction's id alone, so that it cannot differ from try to try. */
export function newRequest(call: Call, transaction_id: string, request: AcquirerRequest): NewRequest {
  return { ...request, call, key: `sk_${KEY_PREFIX[call]}_${transaction_id}` }
}

type Payable = Pick<
  TransactionRow,
  'id' | 'checkout_session_id' | 'amount' | 'currency' | 'three_ds' | 'statement_descriptor'
>

/** What a payment for the transaction is created with. `public_url`: where a bank sends the customer back to. */
export function paymentOf(row: Payable, public_url: string): CreatePayment {
  return {
    amount: { amount: row.amount, asset: row.currency },
    reference: row.id,
    session: row.checkout_session_id,
    descriptor: statementDescriptor(row),
    three_ds: row.three_ds,
    return_url: new URL(`/${row.checkout_session_id}/return`, public_url).href,
  }
}

/**
 * Older than this, seconds, and a key is not used again: the acquirer may have forgotten it by the time that the request
 * arrives, and would act a second time. Four fifths of what it promises; clocks and queues have the rest.
 */
export function resendSeconds({ key_lifetime_seconds }: Acquirer): number {
  return key_lifetime_seconds * 0.8
}
