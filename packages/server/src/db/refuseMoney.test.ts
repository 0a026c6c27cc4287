import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import {
  BROKEN_RULE,
  FIXED,
  HOT_WALLET,
  NO_SUCH_ROW,
  TAKEN,
  rowsDatabase,
} from '../../../../test/support/rows.ts'
import { sealJournals } from '../ledger/sealJournals.ts'
import { INVARIANTS } from '../ledger/invariants.ts'
import { inTransaction } from './sql.ts'

const { db, session, transaction, payout, batched, reserved, drop } = await rowsDatabase()
after(drop)

const journal = (id: string, key = id) =>
  `insert into journal (merchant_id, livemode, id, key) values ('mer_1', false, '${id}', '${key}');`
const line = (id: string, n: number, account: string, asset: string, amount: number) =>
  `insert into posting values ('mer_1', false, '${id}', ${n}, '${account}', '${asset}', ${amount});`
const book = (id: string, from: string, to: string, asset: string, amount: number, key = id) =>
  journal(id, key) + line(id, 1, to, asset, amount) + line(id, 2, from, asset, -amount)

const run = (statements: string) => inTransaction(db, (tx) => tx.query(statements))

// What is there: one sealed journal, one that waits, a captured payment with its payout in a chain transaction.
await run(book('jrn_sealed', 'merchant_payable', 'fx', 'USDT', 100))
await sealJournals(db)
await run(book('jrn_open', 'merchant_payable', 'fx', 'USDT', 10))
const paid = await session()
const charge = await transaction({ checkout_session_id: paid, state: 'authorizing' })
const unknown = await session()
await transaction({ checkout_session_id: unknown, state: 'voiding' })
const spare = await transaction()
const { batch_id } = await batched(1n, { transaction_id: charge })
const chain_tx = (change: { version?: number; nonce?: number; to?: string; amount?: string }) => {
  const payment = { asset: 'USDT', to: change.to ?? '0x1', amount: change.amount ?? '42490000' }
  const intent = JSON.stringify({ id: batch_id, payments: [payment], fields: {}, coins: [], fee: '0' })
  return `insert into chain_tx (livemode, batch_id, version, kind, network, wallet_address, nonce, intent)
    values (false, '${batch_id}', ${change.version ?? 2}, 'pay', 'ethereum', '${HOT_WALLET}', ${change.nonce ?? 1}, '${intent}')`
}
await run(chain_tx({ version: 1 }))
// So that it is the next one's turn.
await run("update chain_tx set raw = '0xraw', hash = '0xhash', refused_at = now()")

const another_batch = `insert into payout_batch
  (livemode, id, network, asset, wallet_address, nonce, payments, total, fee_limit)
  values (false, 'pb_more', 'ethereum', 'USDT', '${HOT_WALLET}', 7, 1, 1, 0)`

const APPEND_ONLY = ['journal', 'posting', 'journal_seal']
const KEPT = ['ledger_balance', 'ledger_chain', 'journal_unsealed']

type Refusal = { code: string; constraint?: string; message?: string }
/** Each bad write, as a careless hand or a bug would make it, and PostgreSQL's answer. */
const BAD: [what: string, write: string | (() => Promise<unknown>), refusal: Refusal][] = [
  [
    'a journal that does not balance',
    book('a', 'fx', 'fx', 'USDT', 5) + line('a', 3, 'fx', 'USDT', 1),
    BROKEN_RULE,
  ],
  [
    'one that balances over two currencies',
    journal('a') + line('a', 1, 'fx', 'EUR', 5) + line('a', 2, 'fx', 'USD', -5),
    BROKEN_RULE,
  ],
  ['one without lines', journal('a'), BROKEN_RULE],
  ['a line of nothing', book('a', 'fx', 'bank', 'EUR', 0), BROKEN_RULE],
  [
    'a line in a currency that its account does not carry',
    book('a', 'bank', 'fee_revenue', 'USDT', 5),
    NO_SUCH_ROW,
  ],
  ['a line in an account that there is not', book('a', 'bank', 'petty_cash', 'EUR', 5), NO_SUCH_ROW],
  ['a line of no journal', line('jrn_none', 1, 'fx', 'EUR', 5), NO_SUCH_ROW],
  [
    'a line in a journal that is sealed',
    line('jrn_sealed', 3, 'fx', 'USDT', 5) + line('jrn_sealed', 4, 'fx', 'USDT', -5),
    FIXED,
  ],
  [
    'a line in a journal that is booked',
    line('jrn_open', 3, 'fx', 'USDT', 5) + line('jrn_open', 4, 'fx', 'USDT', -5),
    FIXED,
  ],
  [
    'an unbalanced journal after the check was called early',
    `${book('a', 'fx', 'fx', 'USDT', 5)} set constraints all immediate; ${line('a', 3, 'fx', 'USDT', 1)}`,
    BROKEN_RULE,
  ],
  ['one thing booked twice', book('a', 'fx', 'bank', 'EUR', 5, 'jrn_sealed'), TAKEN],
  ...[...APPEND_ONLY, ...KEPT].flatMap((table): typeof BAD => [
    [`${table}: a row less`, `delete from ${table}`, FIXED],
    [`${table}: no rows`, `truncate ${table} cascade`, FIXED],
  ]),
  ['ledger_incoming: no rows', 'truncate ledger_incoming', FIXED],
  ['ledger_incoming: another amount', 'update ledger_incoming set amount = amount * 2', FIXED],
  ['posting: another amount', 'update posting set amount = amount * 2', FIXED],
  ['posting: another account', `update posting set account = 'venue'`, FIXED],
  ['journal: another key', `update journal set key = key || '2'`, FIXED],
  ['journal_seal: another hash', `update journal_seal set hash = sha256('')`, FIXED],
  ['ledger_chain: back', 'update ledger_chain set last_sequence = 0', FIXED],
  ['ledger_chain: another hash', `update ledger_chain set last_hash = sha256('')`, FIXED],
  ['journal_unsealed: a place by hand', `update journal_unsealed set place = default`, FIXED],
  [
    'more paid out than is owed',
    book('a', 'payout_in_flight', 'merchant_payable', 'USDT', 111),
    { ...BROKEN_RULE, constraint: 'ledger_balance_side' },
  ],
  [
    'more sent than is in flight',
    book('a', 'hot_wallet', 'payout_in_flight', 'USDT', 1),
    { ...BROKEN_RULE, constraint: 'ledger_balance_side' },
  ],
  [
    'more of a reserve than was kept',
    book('a', 'acquirer_receivable', 'merchant_reserve', 'EUR', 1),
    { ...BROKEN_RULE, constraint: 'ledger_balance_side' },
  ],
  [
    'more of a debt than there is',
    book('a', 'merchant_receivable', 'chargeback_loss', 'EUR', 1),
    { ...BROKEN_RULE, constraint: 'ledger_balance_side' },
  ],
  [
    'a balance on its wrong side',
    `update ledger_balance set amount = 1 where account = 'merchant_payable'`,
    { ...BROKEN_RULE, constraint: 'ledger_balance_side' },
  ],
  [
    'a balance without its guard',
    `update ledger_balance set guard = 'either', amount = 1 where account = 'merchant_payable'`,
    NO_SUCH_ROW,
  ],
  [
    'a guard on the other side',
    `update ledger_account set guard = 'debit' where account = 'merchant_payable'`,
    BROKEN_RULE,
  ],

  [
    'a second live charge',
    () => transaction({ checkout_session_id: paid }),
    { ...TAKEN, constraint: 'transaction_one_live_charge' },
  ],
  [
    'a second charge while the first is unknown',
    () => transaction({ checkout_session_id: unknown }),
    { ...TAKEN, constraint: 'transaction_one_live_charge' },
  ],
  ['a charge of another amount', 'update transaction set amount = 1', FIXED],
  ['a charge to another wallet', `update transaction set payout_address = '0x2'`, FIXED],
  [
    'a charge that skips its states',
    () => run(`update transaction set state = 'captured' where id = '${charge}'`),
    FIXED,
  ],
  [
    'a second live payout',
    () => payout({ transaction_id: charge }),
    { ...TAKEN, constraint: 'payout_one_live' },
  ],
  ['a second use of a nonce', () => reserved(1n, { transaction_id: spare }), TAKEN],
  [
    'a batch from a wallet on hold',
    `update treasury_wallet set hold_reason = 'x'; ${another_batch}`,
    { ...FIXED, message: 'wallet 0xhot is on hold' },
  ],
  [
    'a batch of a mode on hold',
    `insert into payout_guard (livemode, hold_reason, database_oid) values (false, 'x', 1); ${another_batch}`,
    { ...FIXED, message: 'wallet 0xhot is on hold' },
  ],
  ['a payout of another amount', 'update payout set amount = 1', FIXED],
  ['a payout to another address', `update payout set address = '0x2'`, FIXED],
  ['a batch with another nonce', 'update payout_batch set nonce = 2', FIXED],
  ['a payout in no batch while one may pay it', `update payout set state = 'queued', batch_id = null`, FIXED],
  ['a chain transaction to another address', chain_tx({ to: '0x2' }), FIXED],
  ['a chain transaction of another amount', chain_tx({ amount: '42490001' }), FIXED],
  ['a chain transaction with another nonce', chain_tx({ nonce: 2 }), FIXED],
  ['a chain transaction out of its turn', chain_tx({ version: 3 }), FIXED],
  ['a chain transaction that is forgotten', 'delete from chain_tx', FIXED],
]

const TABLES = [
  ...APPEND_ONLY,
  ...KEPT,
  'ledger_incoming',
  'ledger_account',
  'transaction',
  'payout',
  'payout_batch',
  'chain_tx',
]
/** Every row there is, as a digest for each table. */
async function everything(): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const table of TABLES) {
    const { rows } = await db.query<{ digest: string }>(
      `select md5(coalesce(string_agg(x::text, '|' order by x::text), '')) digest from ${table} x`,
    )
    found[table] = rows[0]?.digest ?? ''
  }
  return found
}

const before = await everything()
for (const [what, write, refusal] of BAD) {
  test(`refused, and nothing of it stays: ${what}`, async () => {
    await assert.rejects(typeof write === 'string' ? run(write) : write(), refusal)
    assert.deepEqual(await everything(), before)
  })
}

test('control: the same hand may do what is right', async () => {
  await run(book('jrn_good', 'payout_in_flight', 'merchant_payable', 'USDT', 110))
  await run(book('jrn_next', 'hot_wallet', 'payout_in_flight', 'USDT', 110))
  await run(chain_tx({ version: 2 }))
  await run(another_batch)
  await sealJournals(db)
  for (const { name, find } of INVARIANTS) {
    // The rows of this file are not whole payments.
    if (name !== 'in flight') assert.deepEqual(await find(db, {}), [], name)
  }
})
