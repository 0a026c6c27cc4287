/** What `reconcile` can find, each with what to do about it. docs/operations.md has the same list; a test compares them. */
export const KINDS = {
  // The books in themselves.
  journal_unbalanced: 'Somebody wrote to the database past the gateway. Find out who; reverse the journal.',
  asset_unbalanced: 'Journals were removed or changed. Compare with a backup.',
  balance_wrong:
    'A balance was written past the gateway. The postings are right: stop `work`, correct the balance.',
  side_wrong: 'A merchant was given more than he was owed. Stop payouts to him, read his journals.',
  wallet_overdrawn:
    'More was paid out of an asset than was booked into the wallets. Somebody filled one: `--book-balances`.',
  in_flight_wrong: 'A payout moved without its journal. Read the payouts and journals of the merchant.',
  capture_journal_wrong:
    'The journal of the capture is not its conversion. Run `receipt verify` for the transaction.',
  seal_broken:
    'A sealed journal was changed, removed or slipped in. Compare with a backup, then with kept heads.',
  inventory_wrong: 'What is promised of the treasury is not the sum of its reservations. Report it as a bug.',
  // Payouts in themselves.
  payout_missing: 'A captured payment owes its merchant a payout that is not there. Report it as a bug.',
  payout_differs: 'A payout is not what its transaction owes. Hold it; correct the row that was changed.',
  payout_state_wrong: 'A payout says another thing than its batch. Read both; the chain decides.',
  payout_not_booked: 'A final payout is missing in the ledger. Book it by hand after looking at the chain.',
  payout_booked_twice: 'One payout was booked as paid twice. Look on the chain whether it was paid twice.',
  // The chain.
  batch_not_on_chain: 'Said to be final, and the chain has none of its transactions. Ask another node first.',
  batch_not_final: 'Said to be final, and its block is not. Ask another node; then wait.',
  batch_ended_otherwise:
    'The chain ran another version than was recorded. Its payouts may be paid twice: hold them.',
  batch_behind: 'Final on the chain for a while, and not here. Is `work` running?',
  payment_not_made: 'Recorded as paid, and the transaction did not pay it. Pay the merchant by hand.',
  payment_not_recorded: 'Recorded as failed, and the transaction paid it. Do not pay it again.',
  fee_differs: 'The fee of the transaction is another than was recorded. Correct it with a journal.',
  gas_differs: 'The ledger has another fee than the batch. Book the difference.',
  nonce_used_elsewhere:
    'Another transaction has the nonce of a batch: its payouts will not be paid by it. See "A wallet on hold".',
  unknown_transaction: 'Something else signs with this key, or this database is old. See "A wallet on hold".',
  nonce_without_batch:
    'A nonce was handed out and no batch has it: nothing after it can leave. Restore a backup.',
  coin_spent_elsewhere: 'A coin of the wallet was spent by another transaction. See "A wallet on hold".',
  balance_differs:
    'The wallet holds another amount than the ledger. Find the move; `--book-balances` books it as capital.',
  // The acquirer.
  capture_unknown: 'A card was charged for a payment that is not here. Restore a newer backup, or refund it.',
  capture_not_recorded: 'A card was charged, and the payment says it was not. Refund it at the acquirer.',
  capture_missing:
    'Said to be captured, and the acquirer has not charged it. Hold its payout; ask the acquirer.',
  captured_amount_differs: 'The acquirer charged another amount. Ask it; correct with a journal or a refund.',
  charged_twice:
    'Two charged payments for one transaction. Refund the one that the transaction does not name.',
  amount_differs:
    'The acquirer has another amount to charge than the transaction. Void it if it is not charged.',
  currency_differs: 'The acquirer has another currency than the transaction. Ask it.',
  reference_differs: 'The payment at the acquirer is of another transaction. Ask it which of them paid.',
  refund_not_recorded: 'Refunded at the acquirer, not here. Was it made in its dashboard? Book it.',
  refund_missing: 'Refunded here, not at the acquirer. Make the refund there.',
  void_missing: 'Given up here, and the customer’s money is still reserved. Void it at the acquirer.',
  authorization_unknown:
    'Money of a customer is reserved for a payment that is not here. Void it at the acquirer.',
} as const

export type Kind = keyof typeof KINDS

/** One thing that does not agree. */
export type Finding = {
  readonly kind: Kind
  /** What it is about: an id, a wallet and nonce, an account. */
  readonly object: string
  readonly expected: string
  readonly found: string
}

/** Something to know that is not wrong. */
export type Note = { readonly object: string; readonly text: string }
