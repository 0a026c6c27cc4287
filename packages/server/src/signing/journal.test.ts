import assert from 'node:assert/strict'
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { testDatabase } from '../../../../test/support/database.ts'
import type { SigningEntry, SigningJournal } from '../adapters/signers/shared/journal.ts'
import {
  openFileJournal,
  startByFile,
  stopByFile,
  stopReasonOfFile,
} from '../adapters/signers/shared/fileJournal.ts'
import type { SigningPolicy } from '../adapters/signers/shared/policy.ts'
import { createDatabaseJournal } from './journalStore.ts'
import { startSigning, stopSigning } from './stopStore.ts'

const database = await testDatabase()
const folder = await mkdtemp(join(tmpdir(), 'skiro-journal-'))
const opened: { close(): Promise<void> }[] = []
after(async () => {
  for (const journal of opened) await journal.close()
  await Promise.all([database.drop(), rm(folder, { recursive: true })])
})

const openFile = async (name: string) => {
  const journal = await openFileJournal(join(folder, name))
  opened.push(journal)
  return journal
}

const FREE: SigningPolicy = { caps: null, fees: null }
let orders = 0
let places = 0

/** An order of its own asset and wallet, so that tests do not count into each other. */
function entryOf(count: string, change: Partial<SigningEntry> = {}, amount = 10n, fee = 1n): SigningEntry {
  return {
    order_id: `po_${++orders}`,
    network: 'ethereum',
    wallet: `0x${count}`,
    payments: 'hash',
    slots: [`nonce:${orders}`],
    coins: [],
    paid: { count: `payments:${count}`, amount },
    fee: { count: `fees:${count}`, amount: fee },
    ...change,
  }
}

const kinds: [
  string,
  (name: string) => Promise<SigningJournal>,
  (name: string) => Promise<SigningJournal>,
][] = [
  [
    'in the database',
    async () => createDatabaseJournal(database.db, false),
    async () => createDatabaseJournal(database.db, false),
  ],
  ['in a file', openFile, openFile],
]
for (const [kind, make, reopen] of kinds) {
  describe(`journal ${kind}`, () => {
    const fresh = async () => {
      const name = `n${++places}`
      return { name, journal: await make(name), again: async () => await reopen(name) }
    }

    test('refuses an order that comes back as another one, also after a restart', async () => {
      const { name, journal, again } = await fresh()
      const first = entryOf(name)
      await journal.claim(first, FREE)
      for (const one of [journal, await again()]) {
        const wrong: Partial<SigningEntry>[] = [
          { payments: 'other' },
          { slots: ['nonce:999'] },
          { wallet: 'another' },
          { network: 'base' },
        ]
        for (const change of wrong)
          await assert.rejects(one.claim({ ...first, ...change }, FREE), { reason: 'signed_before' })
        await one.claim(first, FREE)
      }
    })

    test('gives a nonce to one order alone, whoever asks first', async () => {
      const { name, journal, again } = await fresh()
      const first = entryOf(name)
      await journal.claim(first, FREE)
      const later = entryOf(name, { slots: first.slots })
      for (const one of [journal, await again()])
        await assert.rejects(one.claim(later, FREE), { reason: 'signed_before' })
      await (await again()).claim(entryOf(name, { slots: first.slots, network: 'base' }), FREE)
    })

    test('takes every version that uses up the first slot of the first one, and its cancellation', async () => {
      const { name, journal } = await fresh()
      const first = entryOf(name, { slots: ['a:0', 'b:1'] })
      await journal.claim(first, FREE)
      await journal.claim({ ...first, slots: ['c:0', 'a:0'] }, FREE)
      await journal.claim({ ...first, slots: ['a:0'], payments: null, paid: null }, FREE)
      await journal.claim(first, FREE)
      await assert.rejects(journal.claim({ ...first, slots: ['b:1'] }, FREE), { reason: 'signed_before' })
    })

    test('hears one amount of a coin, whichever order spends it', async () => {
      const { name, journal, again } = await fresh()
      const coin = { slot: `${name}:0`, amount: 5n }
      await journal.claim(entryOf(name, { coins: [coin] }), FREE)
      const other = { ...coin, amount: 6n }
      await assert.rejects(journal.claim(entryOf(name, { coins: [other] }), FREE), {
        reason: 'signed_before',
      })
      const reopened = await again()
      await assert.rejects(reopened.claim(entryOf(name, { coins: [other] }), FREE), {
        reason: 'signed_before',
      })
      await reopened.claim(entryOf(name, { coins: [coin] }), FREE)
      await reopened.claim(entryOf(name, { coins: [other], network: 'base' }), FREE)
      // Also when a later version brings the coin in.
      const first = entryOf(name)
      const fresh_coin = { slot: `${name}:1`, amount: 7n }
      await reopened.claim(first, FREE)
      await reopened.claim({ ...first, coins: [fresh_coin] }, FREE)
      const changed = { ...first, coins: [{ ...fresh_coin, amount: 8n }] }
      await assert.rejects((await again()).claim(changed, FREE), { reason: 'signed_before' })
    })

    test('does not pay what was first cancelled', async () => {
      const { name, journal } = await fresh()
      const cancelled = entryOf(name, { payments: null, paid: null })
      await journal.claim(cancelled, FREE)
      await assert.rejects(
        journal.claim({ ...cancelled, payments: 'hash', paid: { count: 'payments:X', amount: 1n } }, FREE),
        { reason: 'signed_before' },
      )
    })

    test('counts each order once, across restarts, up to the hour and the day', async () => {
      const { name, journal, again } = await fresh()
      const caps = (hour: bigint, day: bigint): SigningPolicy => ({
        caps: { [name]: { transaction: 10n, hour, day } },
        fees: null,
      })
      const policy = caps(25n, 100n)
      const first = entryOf(name)
      await journal.claim(first, policy)
      // The naive count, one per signature, would be full after the third.
      for (let i = 0; i < 5; i++) await journal.claim(first, policy)
      await (await again()).claim(entryOf(name), policy)
      const after_restart = await again()
      await assert.rejects(after_restart.claim(entryOf(name), policy), { reason: 'over_hour_cap' })
      await assert.rejects(after_restart.claim(entryOf(name), caps(100n, 25n)), { reason: 'over_day_cap' })
      await after_restart.claim(entryOf(name, {}, 5n), policy)
      await after_restart.claim(first, policy)
    })

    test('counts of a higher fee what is more, and refuses it beyond the cap', async () => {
      const { name, journal, again } = await fresh()
      const policy = { caps: null, fees: { [name]: { transaction: 100n, hour: 10n, day: 10n } } }
      const first = entryOf(name, {}, 1n, 4n)
      const with_fee = (amount: bigint) => ({ ...first, fee: { ...first.fee, amount } })
      await journal.claim(first, policy)
      await journal.claim(with_fee(7n), policy)
      await (await again()).claim(with_fee(10n), policy)
      await (await again()).claim(first, policy)
      await assert.rejects((await again()).claim(with_fee(11n), policy), { reason: 'over_hour_cap' })
    })

    test('lets no two through that fit only one by one', async () => {
      const { name, journal } = await fresh()
      const policy = { caps: { [name]: { transaction: 10n, hour: 50n, day: 50n } }, fees: null }
      const claims = Array.from({ length: 20 }, () => journal.claim(entryOf(name), policy))
      const results = await Promise.allSettled(claims)
      assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 5)
    })
  })
}

describe('what was signed more than an hour or a day ago', () => {
  const policy = { caps: { old: { transaction: 10n, hour: 10n, day: 15n } }, fees: null }

  async function forgets(journal: SigningJournal, age: (minutes: number) => Promise<SigningJournal>) {
    await journal.claim(entryOf('old'), policy)
    await assert.rejects(journal.claim(entryOf('old', {}, 1n), policy), { reason: 'over_hour_cap' })
    const hour_later = await age(59)
    await assert.rejects(hour_later.claim(entryOf('old', {}, 1n), policy), { reason: 'over_hour_cap' })
    const two_later = await age(3)
    await assert.rejects(two_later.claim(entryOf('old', {}, 6n), policy), { reason: 'over_day_cap' })
    await two_later.claim(entryOf('old', {}, 5n), policy)
    const day_later = await age(24 * 60)
    await day_later.claim(entryOf('old'), policy)
  }

  test('counts no more in the database', async () => {
    const journal = createDatabaseJournal(database.db, true)
    await forgets(journal, async (minutes) => {
      // The last first: the rows move by their own key.
      await database.db.query(
        `with moved as (delete from signing_total where count = 'payments:old' returning *)
         insert into signing_total select livemode, count, minute - $1 * interval '1 minute', amount from moved`,
        [minutes],
      )
      return journal
    })
  })

  test('counts no more in a file', async () => {
    const path = join(folder, 'aged')
    await forgets(await openFile('aged'), async (minutes) => {
      const lines = (await readFile(path, 'utf8')).trim().split('\n')
      const aged = lines.map((line) => {
        const { at, ...rest } = JSON.parse(line) as { at: number }
        return `${JSON.stringify({ at: at - minutes * 60_000, ...rest })}\n`
      })
      await writeFile(path, aged.join(''))
      return await openFile('aged')
    })
  })
})

describe('kill switch', () => {
  test('in the database, for one mode', async () => {
    const [test_mode, live] = [false, true].map((mode) => createDatabaseJournal(database.db, mode))
    assert.equal(await test_mode?.stopped(), null)
    await stopSigning(database.db, false, 'why')
    await stopSigning(database.db, false, 'another')
    assert.deepEqual([await test_mode?.stopped(), await live?.stopped()], ['why', null])
    await startSigning(database.db, false)
    assert.equal(await test_mode?.stopped(), null)
  })

  test('in a file, also one that cannot be read', async () => {
    const path = join(folder, 'switch')
    const journal = await openFile('switch')
    assert.equal(await journal.stopped(), null)
    await stopByFile(path, 'why')
    await stopByFile(path, 'another')
    assert.equal(await journal.stopped(), 'why')
    await startByFile(path)
    await writeFile(`${path}.stop`, '')
    assert.equal(await stopReasonOfFile(path), 'the stop file exists')
    assert.match((await stopReasonOfFile(join(path, 'below'))) ?? '', /cannot be read \(ENOTDIR\)/)
  })
})

describe('the file', () => {
  test('loses a last line that was never finished, and nothing else', async () => {
    const path = join(folder, 'torn')
    const first = await openFileJournal(path)
    const entry = entryOf('torn')
    await first.claim(entry, FREE)
    await first.close()
    const whole = await readFile(path, 'utf8')
    await appendFile(path, whole.slice(0, 40))
    const journal = await openFile('torn')
    assert.equal(await readFile(path, 'utf8'), whole)
    await journal.claim(entryOf('torn'), FREE)
    await assert.rejects(journal.claim({ ...entry, payments: 'other' }, FREE), { reason: 'signed_before' })
    await writeFile(path, whole.replace('{', '?') + whole)
    await assert.rejects(openFileJournal(path), /Line 1 of the signer's journal/)
  })

  test('is not written by two at once', async () => {
    const [one, two] = [await openFile('shared'), await openFile('shared')]
    await one.claim(entryOf('shared'), FREE)
    const busy = { name: 'ProviderError', kind: 'unavailable' }
    await assert.rejects(two.claim(entryOf('shared'), FREE), busy)
    await assert.rejects(two.claim(entryOf('shared'), FREE), busy)
    await one.claim(entryOf('shared'), FREE)
  })
})
