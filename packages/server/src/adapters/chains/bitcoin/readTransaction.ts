import { Transaction } from '@scure/btc-signer'

/** What is not for us to judge: a node took these outputs, or will refuse them. */
export const FORM = { allowUnknownOutputs: true, disableScriptCheck: true } as const

/** A transaction from its bytes as hex. @throws Error when it is none */
export function readTransaction(raw: string): Transaction {
  return Transaction.fromRaw(Buffer.from(raw, 'hex'), FORM)
}
