/** The roles that processes run as. They own nothing, and are the cluster's: see docs/decisions/0018-database-roles.md. */
export const ROLES = { serve: 'skiro_serve', work: 'skiro_work' } as const

export type Process = keyof typeof ROLES

/** What each process may do with a table, as PostgreSQL writes it, in small letters: `select, update (last_used_at)`. */
export type Rights = Readonly<Record<Process, string>>

const READ = 'select'
const ADD = 'select, insert'
const KEEP = 'select, insert, update'
const ALL = 'select, insert, update, delete'

const both = (rights: string): Rights => ({ serve: rights, work: rights })
/** The rest is written by the operator's commands, by functions of the owner, or by nobody. */
const READ_ONLY = both(READ)
const work = (rights: string): Rights => ({ serve: READ, work: rights })

/**
 * Every table and view, and who may do what with it. What does not stand here nobody may touch but the owner. Nobody may
 * truncate, and only what is no record of money is ever deleted. A lock (`for update`) takes the right to update any
 * column: that is what a harmless one is named for.
 */
export const TABLES: Readonly<Record<string, Rights>> = {
  // Merchants: the operator's commands write them.
  merchant: { serve: 'select, update (created_at)', work: READ },
  api_key: { serve: 'select, update (last_used_at)', work: READ },
  merchant_branding: READ_ONLY,
  wallet: READ_ONLY,
  current_wallet: READ_ONLY,

  // Checkout and charges.
  checkout_session: { serve: KEEP, work: 'select, update' },
  idempotency_key: { serve: KEEP, work: 'select, delete' },
  transaction: { serve: KEEP, work: 'select, update' },
  acquirer_event: { serve: ADD, work: READ },
  acquirer_request: both('select, insert, update (body), update (first_sent_at), update (tries)'),
  quote: both(KEEP),
  conversion: both(ADD),
  inventory: both(KEEP),
  inventory_reservation: both(KEEP),

  // Mails are owed by what causes them, and sent by workers.
  mail: { serve: ADD, work: KEEP },

  // Payees that an operator has looked at.
  cleared_payee: READ_ONLY,

  // The ledger: journals of `serve` are written by book_journal(), which looks at them; the rest by triggers and seals.
  ledger_account: READ_ONLY,
  journal: work(ADD),
  posting: work(ADD),
  ledger_balance: READ_ONLY,
  ledger_incoming: READ_ONLY,
  journal_unsealed: READ_ONLY,
  journal_seal: READ_ONLY,
  ledger_chain: READ_ONLY,

  // Payouts and what is on the chain.
  payout: { serve: ADD, work: KEEP },
  payout_batch: work(KEEP),
  batch_payment: work(KEEP),
  batch_coin: work(ADD),
  chain_tx: work(KEEP),
  payout_guard: work(KEEP),
  treasury_wallet: work(KEEP),
  treasury_coin: work('select, insert, delete'),
  treasury_order: work(KEEP),
  wallet_skip: work(ADD),

  // What the signer inside `work` remembers. Its kill switch is the operator's.
  signing: work(KEEP),
  signing_coin: work(ADD),
  signing_total: work(KEEP),
  signer_stop: READ_ONLY,

  // Events and webhooks.
  event: both(KEEP),
  event_counter: both(KEEP),
  event_resend: both(ADD),
  webhook_endpoint: { serve: KEEP, work: 'select, update' },
  webhook_delivery: both(ALL),
  webhook_queue: both(ALL),
  webhook_attempt: work(ALL),

  // What browsers say of the payment page.
  page_report: { serve: KEEP, work: 'select, delete' },

  // Lists, limits, migrations.
  list_count: { serve: ADD, work: 'select, insert, delete' },
  rate_limit: { serve: KEEP, work: ALL },
  schema_migration: READ_ONLY,
}

/** Functions of the owner that do for a process what it may not do by hand. Nobody else may call them. */
export const FUNCTIONS: Readonly<Record<string, readonly Process[]>> = {
  book_journal: ['serve', 'work'],
  seal_journals: ['work'],
  fold_balance: [],
}

/** The job queue's own schema, whose tables come and go with its versions: a job only wakes somebody, see decision 4. */
export const QUEUE = { schema: 'graphile_worker', rights: both(ALL) } as const
