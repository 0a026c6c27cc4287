import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { TEST_MODE } from '../../../../test/support/gatewayContext.ts'
import { type Sale, convertSale } from '../../../../test/support/madeReceipt.ts'
import { changeLeaf, leavesOf } from '../../../../test/support/receipts.ts'
import { rowsDatabase } from '../../../../test/support/rows.ts'
import { bindQuote, useQuote } from '../conversions/quoteStore.ts'
import { type Tx, inTransaction } from '../db/sql.ts'
import { post } from '../ledger/post.ts'
import { newId } from '../lib/ids.ts'
import { captureKey, capturePostings } from '../transactions/capturePostings.ts'
import { findStored } from './receipt/store.ts'
import { verifyStored } from './receipt/verifyStored.ts'
import { runCommand } from './runCommand.ts'

const database = await rowsDatabase()
const { db } = database
const folder = await mkdtemp(join(tmpdir(), 'skiro-receipts-'))
after(async () => {
  await database.drop()
  await rm(folder, { recursive: true })
})
const { rows: named } = await db.query<{ name: string }>('select current_database() as name')
Object.assign(process.env, {
  ...TEST_MODE,
  SKIRO_DATABASE_URL: new URL(`/${named[0]?.name}`, process.env.SKIRO_TEST_PG_URL).href,
  SKIRO_PUBLIC_URL: 'https://pay.example',
  SKIRO_KEY_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
})

const SALE: Sale = {
  asset: 'CAD',
  to: 'ETH',
  amount: 12_345n,
  fee_bps: 1500,
  spread_bps: 30,
  venues: [
    { off_ppm: 0, share: 30, step_ppm: 11 },
    { off_ppm: 120, share: 17, step_ppm: 13 },
    { off_ppm: -90, share: 45, step_ppm: 7 },
  ],
}
const TENANT = { merchant_id: 'mer_1', livemode: false }

/** A payment as the gateway leaves it: quoted, converted, and captured unless `captured` is false. */
async function sold(captured = true): Promise<string> {
  const { conversion, receipt } = await convertSale(SALE)
  const figures = {
    gross: conversion.gross.amount,
    fee: conversion.fee.amount,
    spread: conversion.spread.amount,
    payout_value: conversion.payout_value.amount,
    remainder: conversion.remainder.amount,
    payout_amount: conversion.payout.amount,
    rate: conversion.rate,
    mid_rate: conversion.mid_rate,
  }
  const id = newId('transaction')
  await database.transaction({
    id,
    amount: SALE.amount,
    currency: SALE.asset,
    fee_bps: SALE.fee_bps,
    fee_amount: figures.fee,
    spread_bps: SALE.spread_bps,
    payout_currency: SALE.to,
    state: captured ? 'captured' : 'voided',
    ...(captured && { payout_amount: figures.payout_amount, captured_at: '2026-01-01T00:00:00Z' }),
  })
  await inTransaction(db, async (tx) => {
    const ref = { ...TENANT, id, currency: SALE.asset, payout_currency: SALE.to }
    const quote = await bindQuote(tx, ref, figures, receipt, { ttl_seconds: 60, challenge_seconds: 60 })
    assert.ok(quote && (await useQuote(tx, ref, quote.id)))
    if (captured) await post(tx, TENANT, captureKey(id), capturePostings(figures, SALE.asset, SALE.to))
  })
  return id
}

const UNCHECKED = `do $$ declare c record; begin
  for c in select conrelid::regclass t, conname from pg_constraint where contype = 'c'
    and conrelid in ('conversion'::regclass, 'transaction'::regclass, 'posting'::regclass) loop
    execute format('alter table %s drop constraint %I', c.t, c.conname);
  end loop; end $$`

/** What is found after `tamper` has got past every lock of the database. Nothing of it stays. */
async function foundAfter(id: string, tamper: (tx: Tx) => Promise<unknown>): Promise<string[]> {
  let found: string[] = []
  const undone = inTransaction(db, async (tx) => {
    await tx.query('set local session_replication_role = replica')
    await tx.query(UNCHECKED)
    await tamper(tx)
    const stored = await findStored(tx, captureKey(''), id)
    assert.ok(stored)
    found = verifyStored(stored)
    throw new Error('undo')
  })
  await assert.rejects(undone, /undo/)
  return found
}

async function run(...words: string[]) {
  let [stdout, stderr] = ['', '']
  const status = await runCommand(words, {
    stdout: (text) => void (stdout += text),
    stderr: (text) => void (stderr += text),
  })
  return { status, stdout, stderr }
}

describe('tampering behind the back of the database is found', () => {
  test('any value of the receipt, also one that no figure depends on', async () => {
    const id = await sold()
    const stored = await findStored(db, captureKey(''), id)
    assert.ok(stored)
    assert.deepEqual(verifyStored(stored), [])
    const all = leavesOf(stored.receipt)
    assert.ok(all.length > 150, `only ${all.length} values`)
    for (const { path, value } of all) {
      const other =
        typeof value === 'number' ? value + 1 : typeof value === 'boolean' ? !value : `${String(value)}1`
      const receipt = changeLeaf(stored.receipt, path, other)
      assert.notDeepEqual(verifyStored({ ...stored, receipt }), [], path.join('.'))
    }
  })

  test('each figure of the conversion and the transaction, by one unit', async () => {
    const id = await sold()
    const columns = {
      conversion: 'gross fee spread payout_value remainder payout_amount rate mid_rate',
      transaction: 'amount fee_bps fee_amount spread_bps payout_amount',
    }
    for (const [table, names] of Object.entries(columns)) {
      const key = table === 'transaction' ? 'id' : 'transaction_id'
      for (const name of names.split(' ')) {
        for (const by of [-1, 1]) {
          const [first, ...others] = await foundAfter(id, (tx) =>
            tx.query(`update ${table} set ${name} = ${name} + ${by} where ${key} = $1`, [id]),
          )
          const label = `the ${table}`
          assert.match(first ?? '', new RegExp(`^${name} of ${label} is \\d+, the receipt's \\d+`))
          // Another conversion books other amounts, so the ledger is named as well; never anything else.
          for (const other of others) assert.match(other, /^the ledger has/)
        }
      }
    }
  })

  test('each line of the ledger, by one unit, one line too many, and none', async () => {
    const id = await sold()
    const { rows } = await db.query<{ line: number; account: string; asset: string }>(
      `select p.line, p.account, p.asset from posting p join journal j on j.id = p.journal_id where j.key = $1`,
      [captureKey(id)],
    )
    assert.ok(rows.length >= 6)
    for (const { line, account, asset } of rows) {
      const found = await foundAfter(id, (tx) =>
        tx.query(
          `update posting set amount = amount + 1 where line = $2
             and journal_id = (select id from journal where key = $1)`,
          [captureKey(id), line],
        ),
      )
      assert.equal(found.length, 1)
      assert.match(found[0] ?? '', new RegExp(`^the ledger has -?[0-9.]+ on ${account} ${asset}, computed`))
    }
    const none = await foundAfter(id, (tx) =>
      tx.query('delete from posting where journal_id = (select id from journal where key = $1)', [
        captureKey(id),
      ]),
    )
    assert.equal(none.length, rows.length)
    const unpaid = await sold(false)
    const booked = await foundAfter(unpaid, (tx) =>
      tx.query(`update journal set key = $1 where key = $2`, [captureKey(unpaid), captureKey(id)]),
    )
    assert.equal(booked.length, rows.length)
  })
})

describe('skiro-server receipt verify', () => {
  test('says that all agree', async () => {
    const id = await sold()
    await sold(false)
    const one = await run('receipt', 'verify', '--transaction', id)
    assert.deepEqual(one, {
      status: 0,
      stdout: 'Receipts computed again: 1. All agree to the last unit.\n',
      stderr: '',
    })
    const all = await run('receipt', 'verify', '--all', '--json')
    assert.equal(all.status, 0)
    const { checked, failed } = JSON.parse(all.stdout) as { checked: number; failed: unknown[] }
    assert.ok(checked >= 2)
    assert.deepEqual(failed, [])
  })

  test('names the first difference, and ends with 1', async () => {
    const id = await sold()
    await inTransaction(db, async (tx) => {
      await tx.query('set local session_replication_role = replica')
      await tx.query('update conversion set payout_amount = payout_amount + 1 where transaction_id = $1', [
        id,
      ])
    })
    for (const words of [['--transaction', id], ['--all']]) {
      const { status, stdout } = await run('receipt', 'verify', ...words)
      assert.equal(status, 1)
      assert.match(stdout, new RegExp(`^${id}: payout_amount of the conversion is \\d+, the receipt's`))
      assert.match(stdout, /Receipts computed again: \d+\. 1 not\.\n$/)
    }
    const { status, stdout } = await run('receipt', 'verify', '--transaction', id, '--json')
    const { failed } = JSON.parse(stdout) as { failed: { receipt: string; problems: string[] }[] }
    assert.equal(status, 1)
    assert.equal(failed[0]?.receipt, id)
    assert.match(failed[0]?.problems[0] ?? '', /^payout_amount of the conversion/)
  })

  test('reads a file', async () => {
    const { receipt } = await convertSale(SALE)
    const path = join(folder, 'receipt.json')
    await writeFile(path, JSON.stringify(receipt))
    assert.equal((await run('receipt', 'verify', '--file', path)).status, 0)
    await writeFile(path, JSON.stringify({ ...receipt, version: 2 }))
    const { status, stdout } = await run('receipt', 'verify', '--file', path)
    assert.equal(status, 1)
    assert.ok(stdout.startsWith(`${path}: version: `), stdout)
  })

  test('refuses what it cannot answer', async () => {
    const calls: [number, RegExp, ...string[]][] = [
      [2, /^Give one of --transaction, --all and --file\./],
      [2, /^Give one of/, '--all', '--file', 'x'],
      [2, /cannot be read/, '--file', join(folder, 'none.json')],
      [1, /must be an id like txn_/, '--transaction', 'txn_1'],
      [1, /^There is no conversion of txn_/, '--transaction', newId('transaction')],
    ]
    for (const [expected, message, ...words] of calls) {
      const { status, stdout, stderr } = await run('receipt', 'verify', ...words)
      assert.deepEqual([status, stdout], [expected, ''])
      assert.match(stderr, message)
    }
  })
})
