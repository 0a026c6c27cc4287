/**
 * `node --conditions=source bench/ledger/main.ts`: ledger transactions a second, before balances and seals, with them, and
 * with the simple way to keep balances: a row per account that every journal updates. docs/decisions/0013 has the figures.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startPostgres } from '../../packages/sandbox/src/postgres.ts'
import { type Db, inTransaction } from '../../packages/server/src/db/sql.ts'
import { post } from '../../packages/server/src/ledger/post.ts'
import { netted, type Posting } from '../../packages/server/src/ledger/posting.ts'
import { capture } from '../../packages/server/src/ledger/postings/capture.ts'
import { conversion } from '../../packages/server/src/ledger/postings/conversion.ts'
import { completePayout, reservePayout } from '../../packages/server/src/ledger/postings/payout.ts'
import { sealJournals } from '../../packages/server/src/ledger/sealJournals.ts'
import type { Crypto, Fiat, Money } from '../../packages/server/src/lib/money.ts'
import { testDatabase } from '../../test/support/database.ts'
import { makeTemplate } from '../../test/support/makeTemplate.ts'

const CONNECTIONS = 8
const SECONDS = 2
const ROUNDS = 5

const eur = (amount: bigint): Money<Fiat> => ({ amount, asset: 'EUR' })
const usdt = (amount: bigint): Money<Crypto> => ({ amount, asset: 'USDT' })
const CAPTURE = netted([
  ...capture({ gross: eur(4999n), fee: eur(750n) }),
  ...conversion({
    payout_value: eur(4238n),
    spread: eur(10n),
    remainder: eur(1n),
    payout: usdt(42_380_000n),
  }),
])
/** What a payment books: three journals, each in a transaction of its own. */
const STEPS: readonly (readonly [string, Posting[]])[] = [
  ['capture', CAPTURE],
  ['reserve', reservePayout(usdt(42_380_000n))],
  ['final', completePayout(usdt(42_380_000n))],
]

// What one would write first. A journal holds the rows of its accounts until its commit.
const NAIVE = `
  create table naive_balance (merchant_id text, livemode boolean, account text, asset text, amount numeric(78, 0),
    primary key (merchant_id, livemode, account, asset)) with (fillfactor = 50);
  create function naive_balances() returns trigger language plpgsql as $$ begin
    insert into naive_balance as b
      select merchant_id, livemode, account, asset, sum(amount) from added group by 1, 2, 3, 4 order by 1, 2, 3, 4
      on conflict (merchant_id, livemode, account, asset) do update set amount = b.amount + excluded.amount;
    return null;
  end $$;
  create trigger naive after insert on posting referencing new table as added
    for each statement execute function naive_balances();`

type Way = { name: string; seals: boolean; prepare(db: Db): Promise<unknown> }
// As migration 5 left it: each line looked at once more at the commit.
const WITHOUT = `alter table posting disable trigger posting_kept;
  create constraint trigger each_line_balanced after insert on posting
    deferrable initially deferred for each row execute function refuse_unbalanced();`
const WAYS: readonly Way[] = [
  { name: 'neither balances nor seals', seals: false, prepare: (db) => db.query(WITHOUT) },
  { name: 'balances and seals', seals: true, prepare: async () => {} },
  { name: 'balances, nobody seals', seals: false, prepare: async () => {} },
  {
    name: 'a row per account (control)',
    seals: false,
    prepare: async (db) => [await db.query(WITHOUT), await db.query(NAIVE)],
  },
]

/** A database in which payments can be booked for a while, again and again. */
async function bookkeeper(way: Way, merchants: number, captures_only: boolean) {
  const { db, drop } = await testDatabase()
  await way.prepare(db)
  let payment = 0
  /** Books on all connections for some seconds, and seals beside it. Returns transactions a second. */
  async function run(seconds: number): Promise<number> {
    const stop = new AbortController()
    let booked = 0
    const book = async () => {
      while (!stop.signal.aborted) {
        const id = ++payment
        const tenant = { merchant_id: `mer_${id % merchants}`, livemode: false }
        for (const [what, lines] of captures_only ? STEPS.slice(0, 1) : STEPS) {
          await inTransaction(db, (tx) => post(tx, tenant, `${what}:${id}`, lines))
          booked += 1
        }
      }
    }
    const seal = async () => {
      while (way.seals && !stop.signal.aborted) {
        await sealJournals(db, stop.signal)
        await sleep(500)
      }
    }
    const working = [...Array.from({ length: CONNECTIONS }, book), seal()]
    await sleep(seconds * 1000)
    const rate = booked / seconds
    stop.abort()
    await Promise.all(working)
    // What this round left to seal does not wait for the next one.
    if (way.seals) await sealJournals(db)
    return rate
  }
  return { run, drop }
}

const median = (rates: number[]) => rates.toSorted((a, b) => a - b)[Math.floor(rates.length / 2)] ?? 0

const folder = await mkdtemp(join(tmpdir(), 'skiro-bench-'))
const postgres = await startPostgres({ dir: join(folder, 'pg'), log_file: join(folder, 'pg.log') })
try {
  await makeTemplate(postgres)
  for (const captures_only of [true, false]) {
    for (const merchants of [1, 64]) {
      const what = `${captures_only ? 'captures' : 'whole payments'}, ${merchants} merchant(s)`
      const keepers = []
      for (const way of WAYS)
        keepers.push({ ...(await bookkeeper(way, merchants, captures_only)), rates: [0] })
      for (const { run } of keepers) await run(1)
      // In turns, so that what else the machine does meets all of them.
      for (let round = 0; round < ROUNDS; round++)
        for (const { run, rates } of keepers) rates[round] = await run(SECONDS)
      const base = median(keepers[0]?.rates ?? [])
      for (const [index, { name }] of WAYS.entries()) {
        const rate = median(keepers[index]?.rates ?? [])
        process.stdout.write(`| ${what} | ${name} | ${rate.toFixed(0)} | ${(rate / base).toFixed(2)} |\n`)
      }
      for (const { drop } of keepers) await drop()
    }
  }
} finally {
  await postgres.stop()
  await rm(folder, { recursive: true, force: true })
}
