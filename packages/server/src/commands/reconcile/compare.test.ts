/** Every kind of discrepancy is planted, one at a time, into payments that all agree, and found by its name alone. */
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { testDatabase } from '../../../../../test/support/database.ts'
import {
  type Outside,
  portsOf,
  settledPayments,
  snapshot,
} from '../../../../../test/support/settledPayments.ts'
import { sealJournals } from '../../ledger/sealJournals.ts'
import { newId } from '../../lib/ids.ts'
import { compare } from './compare.ts'
import { type Kind, KINDS } from './finding.ts'

const PAYMENTS = Number(process.env.SKIRO_RECONCILE_PAYMENTS ?? 1000)
const FEW = 100
const { db, drop } = await testDatabase()
after(drop)
const { made, shopOf, outside: clean } = await settledPayments(db, FEW)
await sealJournals(db)
const [a, b] = made
assert.ok(a && b)
const shop = shopOf(0)

const span = { livemode: false, since: null }
const kindsIn = async (outside: Outside) => {
  const { findings } = await compare(db, portsOf(outside), span, async () => {})
  return [...new Set(findings.map(({ kind }) => kind))].toSorted()
}
const copy = (): Outside => ({
  ...clean,
  mined: new Map(clean.mined),
  payments: new Map(clean.payments),
  strangers: new Map(clean.strangers),
})

test(`${PAYMENTS} clean payments: no false alarm`, async () => {
  const many = await testDatabase()
  try {
    const { outside } = await settledPayments(many.db, PAYMENTS)
    await sealJournals(many.db)
    const { findings, notes, compared } = await compare(many.db, portsOf(outside), span, async () => {})
    assert.deepEqual([findings, notes], [[], []])
    assert.deepEqual(compared, {
      journals: PAYMENTS * 4 + 3,
      batches: PAYMENTS,
      transactions: PAYMENTS,
      acquirer_payments: PAYMENTS,
    })
  } finally {
    await many.drop()
  }
})

/** Rows as somebody with the rights of a superuser would change them, past every trigger and foreign key. */
async function pastTriggers(statements: readonly string[]): Promise<void> {
  await db.query(
    ['begin', `set local session_replication_role = 'replica'`, ...statements, 'commit'].join(';\n'),
  )
}

type Plant = {
  /** What else it makes wrong, inevitably. */
  readonly also?: readonly Kind[]
  readonly rows?: readonly string[]
  /** Makes `rows` undone. */
  readonly back?: readonly string[]
  world?(outside: Outside): void
}

const T = `merchant_id = '${shop}' and id = '${a.txn}'`
const P = `merchant_id = '${shop}' and id = '${a.payout}'`
const B = `id = '${a.batch}'`
const journal = (key: string) => `(select id from journal where key = '${key}')`
const line = (key: string, where: string) =>
  `merchant_id = '${shop}' and journal_id = ${journal(key)} and ${where}`
const captureKey = `capture:${a.txn}`
const change = (table: string, where: string, set: string, back: string) => ({
  rows: [`update ${table} set ${set} where ${where}`],
  back: [`update ${table} set ${back} where ${where}`],
})
const payment = (ref: string, reference: string, of: Parameters<typeof snapshot>[2] = {}) => ({
  world: (outside: Outside) => void outside.payments.set(ref, snapshot(ref, reference, of)),
})
const mined = (
  of: Partial<{ final: boolean; payments: { ok: boolean; detail: string | null }[]; fee: bigint }>,
) => ({
  world(outside: Outside) {
    const before = outside.mined.get(a.hash)
    assert.ok(before)
    outside.mined.set(a.hash, { ...before, ...of })
  },
})
const extraJournal = (key: string) => ({
  rows: [
    `insert into journal (merchant_id, livemode, id, key) values ('${shop}', false, 'jrn_extra', '${key}')`,
    `insert into posting (merchant_id, livemode, journal_id, line, account, asset, amount) values
       ('${shop}', false, 'jrn_extra', 1, 'bank', 'EUR', 5), ('${shop}', false, 'jrn_extra', 2, 'capital', 'EUR', -5)`,
    `insert into journal_unsealed (merchant_id, livemode, journal_id) values ('${shop}', false, 'jrn_extra')`,
  ],
  back: [
    `delete from journal_unsealed where journal_id = 'jrn_extra'`,
    `delete from posting where journal_id = 'jrn_extra'`,
    `delete from journal where id = 'jrn_extra'`,
  ],
})
/** An open batch at the next nonce, which nobody has paid for: a payout that was made once more. */
const openBatch = (state: string, set = '') => {
  const [id, payout] = ['pb_open', 'po_open']
  return {
    rows: [
      `insert into payout_batch select (b).* from (select jsonb_populate_record(b, jsonb_build_object('id', '${id}',
         'state', '${state}', 'nonce', ${FEW}, 'fee', null, 'tx_hash', '0xopen', 'ended_at', null,
         'moved_at', now() - interval '1 hour')) b from payout_batch b where ${B}) x`,
      `insert into chain_tx select (c).* from (select jsonb_populate_record(c, jsonb_build_object('batch_id', '${id}',
         'nonce', ${FEW}, 'hash', '0xopen')) c from chain_tx c where batch_id = '${a.batch}') x`,
      `update treasury_wallet set next_nonce = next_nonce + 1 where network = 'ethereum'`,
      ...(set === '' ? [] : [set]),
    ],
    back: [
      `delete from chain_tx where batch_id = '${id}'`,
      `delete from payout_batch where id = '${id}'`,
      `update treasury_wallet set next_nonce = next_nonce - 1 where network = 'ethereum'`,
      `delete from payout where id = '${payout}'`,
    ],
  }
}

const PLANTS: Record<Kind, Plant> = {
  journal_unbalanced: {
    also: ['asset_unbalanced', 'balance_wrong', 'capture_journal_wrong', 'seal_broken'],
    ...change(
      'posting',
      line(captureKey, `account = 'fee_revenue'`),
      'amount = amount - 1',
      'amount = amount + 1',
    ),
  },
  asset_unbalanced: {
    also: ['balance_wrong', 'journal_unbalanced', 'seal_broken', 'capture_journal_wrong'],
    ...change(
      'posting',
      line(captureKey, `account = 'rounding'`),
      'amount = amount - 1',
      'amount = amount + 1',
    ),
  },
  balance_wrong: change(
    'ledger_balance',
    `merchant_id = '${shop}' and account = 'payout_in_flight' and asset = 'USDT'`,
    'amount = amount - 1',
    'amount = amount + 1',
  ),
  side_wrong: {
    also: ['balance_differs', 'balance_wrong', 'in_flight_wrong', 'seal_broken'],
    ...change(
      'posting',
      line(`final:${a.payout}:${a.batch}`, 'true'),
      'amount = amount * 3',
      'amount = amount / 3',
    ),
  },
  wallet_overdrawn: {
    also: ['balance_differs', 'balance_wrong', 'seal_broken'],
    rows: [
      `insert into journal (merchant_id, livemode, id, key) values ('${shop}', false, 'jrn_drain', 'drain')`,
      `insert into posting (merchant_id, livemode, journal_id, line, account, asset, amount) values
         ('${shop}', false, 'jrn_drain', 1, 'hot_wallet', 'USDT', -1000000000000000),
         ('${shop}', false, 'jrn_drain', 2, 'suspense', 'USDT', 1000000000000000)`,
    ],
    back: [
      `delete from posting where journal_id = 'jrn_drain'`,
      `delete from journal where id = 'jrn_drain'`,
    ],
  },
  in_flight_wrong: {
    also: ['payout_state_wrong'],
    ...change('payout', P, `state = 'mined'`, `state = 'final'`),
  },
  capture_journal_wrong: change(
    'conversion',
    `merchant_id = '${shop}' and transaction_id = '${a.txn}'`,
    'spread = 11, remainder = 0',
    'spread = 10, remainder = 1',
  ),
  seal_broken: change(
    'journal',
    `key = '${captureKey}'`,
    `created_at = created_at + interval '1 s'`,
    `created_at = created_at - interval '1 s'`,
  ),
  inventory_wrong: {
    rows: [
      `insert into inventory (livemode, network, asset, balance, read_at, promised) values (false, 'ethereum', 'USDT', 9, now(), 7)`,
    ],
    back: ['delete from inventory'],
  },
  payout_missing: {
    also: ['payout_not_booked', 'payout_state_wrong'],
    ...change('payout', P, `id = 'po_moved', transaction_id = 'txn_none'`, ''),
    back: [`update payout set id = '${a.payout}', transaction_id = '${a.txn}' where id = 'po_moved'`],
  },
  payout_differs: change('payout', P, `address = '0xthief'`, `address = '0x1'`),
  payout_state_wrong: change('payout', P, `state = 'failed'`, `state = 'final'`),
  payout_not_booked: {
    also: ['seal_broken'],
    ...change('journal', `key = 'final:${a.payout}:${a.batch}'`, `key = 'finally'`, ''),
    back: [`update journal set key = 'final:${a.payout}:${a.batch}' where key = 'finally'`],
  },
  payout_booked_twice: extraJournal(`final:${a.payout}:pb_other`),
  batch_not_on_chain: { world: (outside) => void outside.mined.delete(a.hash) },
  batch_not_final: mined({ final: false }),
  batch_ended_otherwise: change('chain_tx', `batch_id = '${a.batch}'`, `kind = 'cancel'`, `kind = 'pay'`),
  batch_behind: {
    ...openBatch('broadcast'),
    world(outside) {
      const paid = outside.mined.get(a.hash)
      assert.ok(paid)
      outside.mined.set('0xopen', paid)
      outside.used += 1n
      outside.announced += 1n
      // Its fee has left the wallet, and it made no payment that is recorded here.
      outside.eth -= paid.fee
    },
  },
  payment_not_made: mined({ payments: [{ ok: false, detail: 'the transaction reverted' }] }),
  payment_not_recorded: {
    also: ['payout_state_wrong'],
    ...change('batch_payment', `batch_id = '${a.batch}'`, `outcome = 'failed'`, `outcome = 'paid'`),
  },
  fee_differs: mined({ fee: 22_000n }),
  gas_differs: {
    also: ['fee_differs'],
    ...change('payout_batch', B, 'fee = 22000', 'fee = 21000'),
  },
  nonce_used_elsewhere: {
    ...openBatch('signed'),
    world(outside) {
      outside.used += 1n
      outside.announced += 1n
    },
  },
  unknown_transaction: {
    world(outside) {
      outside.strangers.set(outside.used, { hash: '0xstranger', to: '0xdead', value: 1n })
      outside.used += 1n
      outside.announced += 1n
    },
  },
  nonce_without_batch: {
    rows: [`update treasury_wallet set next_nonce = next_nonce + 1 where network = 'ethereum'`],
    back: [`update treasury_wallet set next_nonce = next_nonce - 1 where network = 'ethereum'`],
  },
  coin_spent_elsewhere: {
    also: ['balance_differs'],
    world: (outside) => void (outside.coins = outside.coins.slice(1)),
  },
  balance_differs: { world: (outside) => void (outside.usdt -= 1n) },
  capture_unknown: payment('pay_lost', newId('transaction')),
  capture_not_recorded: {
    // Its payout and journals stay, and are right for a payment that was captured.
    ...change('transaction', T, `state = 'voided'`, `state = 'paid_out'`),
  },
  capture_missing: { world: (outside) => void outside.payments.delete(a.ref) },
  captured_amount_differs: payment(a.ref, a.txn, { captured: 4998n }),
  charged_twice: payment('pay_again', a.txn),
  amount_differs: payment(a.ref, a.txn, { amount: { amount: 5000n, asset: 'USD' } }),
  currency_differs: payment(a.ref, a.txn, { amount: { amount: 4999n, asset: 'EUR' } }),
  reference_differs: payment(a.ref, b.txn),
  refund_not_recorded: payment(a.ref, a.txn, { refunded: 100n }),
  refund_missing: change('transaction', T, 'amount_refunded = 100', 'amount_refunded = 0'),
  void_missing: {
    ...change('transaction', T, `state = 'voided'`, `state = 'paid_out'`),
    ...payment(a.ref, a.txn, { state: 'authorized', captured: 0n }),
  },
  authorization_unknown: payment('pay_lost', newId('transaction'), { state: 'authorized', captured: 0n }),
}

describe('each kind is found by its name', () => {
  for (const [kind, { also = [], rows = [], back = [], world }] of Object.entries(PLANTS)) {
    test(kind, async () => {
      const outside = copy()
      world?.(outside)
      if (rows.length > 0) await pastTriggers(rows)
      try {
        const found = await kindsIn(outside)
        assert.ok(found.includes(kind as Kind), `not found, but ${found.join(', ') || 'nothing'}`)
        assert.deepEqual(found, [kind as Kind, ...also].toSorted())
      } finally {
        if (back.length > 0) await pastTriggers(back)
      }
    })
  }

  test('and nothing of it was left behind', async () => {
    assert.deepEqual(await kindsIn(clean), [])
    assert.ok(Object.keys(PLANTS).length >= 20)
    assert.deepEqual(Object.keys(PLANTS), Object.keys(KINDS))
  })
})

test('what is wrong for a moment only is not told', async () => {
  const outside = copy()
  outside.usdt -= 1n
  const { findings } = await compare(db, portsOf(outside), span, async () => void (outside.usdt += 1n))
  assert.deepEqual(findings, [])
})

test('a stranger at a nonce is named with what he did', async () => {
  const outside = copy()
  PLANTS.unknown_transaction.world?.(outside)
  const { findings } = await compare(db, portsOf(outside), span, async () => {})
  assert.match(findings[0]?.found ?? '', /0xstranger, to 0xdead, value 1/)
})
