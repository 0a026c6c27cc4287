import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import fc from 'fast-check'
import { BROKEN_RULE, FIXED, rowsDatabase } from '../../../../test/support/rows.ts'
import { type Sql, type Tx, inTransaction } from '../db/sql.ts'
import type { Ref } from '../lib/tenant.ts'
import {
  type Pot,
  type PotState,
  beginRead,
  consume,
  listInventory,
  release,
  reserve,
  storeBalance,
  want,
} from './store.ts'

const database = await rowsDatabase()
const { db, transaction } = database
after(() => database.drop())

const ALL = { margin_bps: 0, max_age_seconds: 3600 }
let serial = 0
const newPot = (): Pot => ({ livemode: false, network: `net-${++serial}`, asset: 'USDT' })
const newRef = async (): Promise<Ref> => ({
  merchant_id: 'mer_1',
  livemode: false,
  id: await transaction(),
})
const inTx = <T>(work: (tx: Tx) => Promise<T>) => inTransaction(db, work)
const take = async (pot: Pot, amount: bigint, trust = ALL) => {
  const ref = await newRef()
  return (await inTx((tx) => reserve(tx, ref, pot, amount, trust))) ? ref : null
}

/** Reads a balance as `refreshInventory` does. */
async function fill(pot: Pot, balance: bigint): Promise<void> {
  const started = await beginRead(db, pot, 0)
  assert.ok(started)
  await inTx((tx) => storeBalance(tx, pot, balance, started))
}

async function stateOf(pot: Pot, sql: Sql = db): Promise<PotState> {
  const found = (await listInventory(sql, { margin_bps: 0 })).find(({ network }) => network === pot.network)
  assert.ok(found)
  return found
}

/** Lets `count` hands go on only when all of them have come this far. */
function barrier(count: number): () => Promise<void> {
  const all = Promise.withResolvers<void>()
  let come = 0
  return async () => {
    if (++come === count) all.resolve()
    await all.promise
  }
}

const HANDS = 10

/** Ten transactions that are open at the same time each take 30 of 100. Returns how many were given it. */
async function race(pot: Pot, taking: (tx: Tx, ref: Ref, meet: () => Promise<void>) => Promise<boolean>) {
  const refs = await Promise.all(Array.from({ length: HANDS }, newRef))
  const meet = barrier(HANDS)
  const given = await Promise.all(refs.map((ref) => inTx((tx) => taking(tx, ref, meet))))
  await fill(pot, 100n)
  return given.filter(Boolean).length
}

describe('captures at once', () => {
  test('are promised no more than there is', async () => {
    for (let round = 0; round < 5; round++) {
      const pot = newPot()
      await fill(pot, 100n)
      const given = await race(pot, async (tx, ref, meet) => {
        await meet()
        return await reserve(tx, ref, pot, 30n, ALL)
      })
      assert.equal(given, 3)
      const { promised, free } = await stateOf(pot)
      assert.deepEqual([promised, free], [90n, 10n])
    }
  })

  test('control: who looks first and promises then, promises more than there is', async () => {
    const pot = newPot()
    await fill(pot, 100n)
    const given = await race(pot, async (tx, ref, meet) => {
      const { free } = await stateOf(pot, tx)
      await meet()
      if (free < 30n) return false
      await tx.query('update inventory set promised = promised + 30 where network = $1', [pot.network])
      await tx.query(
        `insert into inventory_reservation
           (merchant_id, livemode, id, transaction_id, network, asset, amount, state, reserved_at)
         values ($1, $2, 'inv_' || $3, $3, $4, $5, 30, 'reserved', now())`,
        [ref.merchant_id, ref.livemode, ref.id, pot.network, pot.asset],
      )
      return true
    })
    assert.equal(given, HANDS)
    assert.equal((await stateOf(pot)).free, -200n)
  })
})

describe('reserving', () => {
  test('takes the last unit, not one more', async () => {
    const pot = newPot()
    await fill(pot, 100n)
    assert.equal(await take(pot, 101n), null)
    assert.ok(await take(pot, 100n))
    assert.equal(await take(pot, 1n), null)
  })

  test('leaves the margin', async () => {
    const pot = newPot()
    await fill(pot, 1001n)
    const trust = { ...ALL, margin_bps: 50 }
    // Half a percent of 1001 is 5.005: six stay.
    assert.equal(await take(pot, 996n, trust), null)
    assert.ok(await take(pot, 995n, trust))
  })

  test('gives nothing of a pot that was never read, or too long ago', async () => {
    const pot = newPot()
    assert.equal(await take(pot, 1n), null)
    await fill(pot, 100n)
    await db.query(`update inventory set read_at = now() - interval '61 seconds' where network = $1`, [
      pot.network,
    ])
    assert.equal(await take(pot, 1n, { ...ALL, max_age_seconds: 60 }), null)
    assert.ok(await take(pot, 1n, { ...ALL, max_age_seconds: 62 }))
  })

  test('is undone with its database transaction', async () => {
    const pot = newPot()
    await fill(pot, 100n)
    const ref = await newRef()
    const lost = inTx(async (tx) => {
      assert.ok(await reserve(tx, ref, pot, 60n, ALL))
      throw new Error('lost')
    })
    await assert.rejects(lost, /lost/)
    assert.equal((await stateOf(pot)).free, 100n)
    assert.ok(await inTx((tx) => reserve(tx, ref, pot, 100n, ALL)))
  })

  test('does not happen twice for one transaction', async () => {
    const pot = newPot()
    await fill(pot, 100n)
    const ref = await take(pot, 10n)
    assert.ok(ref)
    await assert.rejects(
      inTx((tx) => reserve(tx, ref, pot, 10n, ALL)),
      /reserved inventory twice/,
    )
    assert.equal((await stateOf(pot)).promised, 10n)
  })

  test('keeps modes, networks and assets apart', async () => {
    const pot = newPot()
    await fill(pot, 100n)
    for (const other of [{ livemode: true }, { network: 'elsewhere' }, { asset: 'USDC' as const }])
      assert.equal(await take({ ...pot, ...other }, 1n), null)
  })
})

describe('a reservation ends', () => {
  test('released once, free again', async () => {
    const pot = newPot()
    await fill(pot, 100n)
    const ref = await take(pot, 100n)
    assert.ok(ref)
    await inTx((tx) => release(tx, ref))
    await inTx((tx) => release(tx, ref))
    await inTx((tx) => consume(tx, ref))
    assert.equal((await stateOf(pot)).free, 100n)
  })

  test('consumed: free only when a balance without it was read', async () => {
    const pot = newPot()
    await fill(pot, 100n)
    const ref = await take(pot, 60n)
    assert.ok(ref)
    await inTx((tx) => consume(tx, ref))
    await inTx((tx) => release(tx, ref))
    const { promised, gone, free } = await stateOf(pot)
    assert.deepEqual([promised, gone, free], [0n, 60n, 40n])
    await fill(pot, 40n)
    assert.equal((await stateOf(pot)).free, 40n)
  })

  test('a balance asked for before and stored after is not taken for one without it', async () => {
    const pot = newPot()
    await fill(pot, 100n)
    const ref = await take(pot, 60n)
    assert.ok(ref)
    const started = await beginRead(db, pot, 0)
    assert.ok(started)
    await inTx((tx) => consume(tx, ref))
    await inTx((tx) => storeBalance(tx, pot, 100n, started))
    assert.equal((await stateOf(pot)).free, 40n)
  })

  test('ten at once: each counts once', async () => {
    const pot = newPot()
    await fill(pot, 100n)
    const refs = await Promise.all(Array.from({ length: HANDS }, () => take(pot, 10n)))
    const meet = barrier(HANDS)
    await Promise.all(
      refs.map((ref, i) =>
        inTx(async (tx) => {
          assert.ok(ref)
          await meet()
          await (i % 2 ? release(tx, ref) : consume(tx, ref))
        }),
      ),
    )
    const { promised, gone } = await stateOf(pot)
    assert.deepEqual([promised, gone], [0n, 50n])
  })
})

describe('waiting', () => {
  test('is told when it was long enough, and is seen', async () => {
    const pot = newPot()
    const ref = await newRef()
    assert.equal(await inTx((tx) => want(tx, ref, pot, 60)), 'begun')
    assert.equal(await inTx((tx) => want(tx, ref, pot, 60)), 'waiting')
    assert.equal((await stateOf(pot)).waiting, 1)
    assert.equal(await inTx((tx) => want(tx, ref, pot, 0)), 'over')
    await fill(pot, 5n)
    assert.ok(await inTx((tx) => reserve(tx, ref, pot, 5n, ALL)))
    const { waiting, promised } = await stateOf(pot)
    assert.deepEqual([waiting, promised], [0, 5n])
  })

  test('can be given up', async () => {
    const pot = newPot()
    const ref = await newRef()
    await inTx((tx) => want(tx, ref, pot, 60))
    await inTx((tx) => release(tx, ref))
    const { waiting, promised } = await stateOf(pot)
    assert.deepEqual([waiting, promised], [0, 0n])
  })
})

test('a pot is read again only after a while', async () => {
  const pot = newPot()
  assert.ok(await beginRead(db, pot, 60_000))
  await fill(pot, 1n)
  assert.equal(await beginRead(db, pot, 60_000), null)
})

test('an older balance does not replace a later one', async () => {
  const pot = newPot()
  const early = await beginRead(db, pot, 0)
  assert.ok(early)
  // A JavaScript date has milliseconds.
  await db.query('select pg_sleep(0.002)')
  await fill(pot, 7n)
  await inTx((tx) => storeBalance(tx, pot, 1000n, early))
  assert.equal((await stateOf(pot)).balance, 7n)
})

test('the database refuses changed figures, backward moves and debts', async () => {
  const pot = newPot()
  await fill(pot, 100n)
  const ref = await take(pot, 10n)
  assert.ok(ref)
  const change = (set: string) =>
    db.query(`update inventory_reservation set ${set} where transaction_id = $1`, [ref.id])
  for (const set of [
    'amount = 9',
    `asset = 'ETH'`,
    `network = 'x'`,
    `transaction_id = 'txn_x'`,
    'amount = null',
  ])
    await assert.rejects(change(set), FIXED, set)
  await assert.rejects(change(`state = 'wanted'`), FIXED)
  await inTx((tx) => consume(tx, ref))
  await assert.rejects(change(`state = 'reserved'`), FIXED)
  await assert.rejects(db.query('delete from inventory_reservation'), FIXED)
  await assert.rejects(db.query('update inventory set promised = promised - 1'), BROKEN_RULE)
})

/**
 * A wallet on a chain, and its pot: payments are reserved, paid (in a block: the balance sinks), become final
 * (consumed) or are released, while balances are asked for, seen and stored at moments of their own.
 */
type Move = { kind: 'reserve' | 'mine' | 'final' | 'release' | 'ask' | 'see' | 'store'; n: number }
const moves = fc.array(
  fc.record<Move>({
    kind: fc.constantFrom('reserve', 'reserve', 'mine', 'final', 'release', 'ask', 'see', 'store'),
    n: fc.nat(30),
  }),
  { minLength: 10, maxLength: 60 },
)

/** Plays the moves. Returns the least that the wallet ever held beyond what it still owed. */
async function play(list: readonly Move[], storedAt: 'asked' | 'stored'): Promise<bigint> {
  const pot = newPot()
  let wallet = 100n
  await fill(pot, wallet)
  const owed: { ref: Ref; amount: bigint; mined: boolean }[] = []
  let read: { started: Date; balance: bigint | null } | null = null
  let least = wallet
  for (const { kind, n } of list) {
    const at = owed.length > 0 ? n % owed.length : 0
    const one = owed[at]
    if (kind === 'reserve') {
      const amount = BigInt(n + 1)
      const ref = await take(pot, amount)
      if (ref) owed.push({ ref, amount, mined: false })
    } else if (kind === 'mine' && one && !one.mined) {
      one.mined = true
      wallet -= one.amount
    } else if (kind === 'final' && one?.mined) {
      await inTx((tx) => consume(tx, one.ref))
      owed.splice(at, 1)
    } else if (kind === 'release' && one && !one.mined) {
      await inTx((tx) => release(tx, one.ref))
      owed.splice(at, 1)
    } else if (kind === 'ask') {
      const started = await beginRead(db, pot, 0)
      if (started) read = { started, balance: null }
    } else if (kind === 'see' && read) {
      read.balance = wallet
    } else if (kind === 'store' && read?.balance != null) {
      const { started, balance } = read
      // A Date has whole milliseconds: the moment of storing is after what became final within the same one.
      const now = (await beginRead(db, pot, 0)) ?? started
      const when = storedAt === 'asked' ? started : new Date(now.getTime() + 1)
      await inTx((tx) => storeBalance(tx, pot, balance, when))
      read = null
    }
    const owing = owed.reduce((sum, { amount, mined }) => sum + (mined ? 0n : amount), 0n)
    const promised = owed.reduce((sum, { amount }) => sum + amount, 0n)
    assert.equal((await stateOf(pot)).promised, promised)
    const spare = wallet - owing
    if (spare < least) least = spare
  }
  return least
}

test('whatever happens in whatever order, the wallet holds what it owes', async () => {
  await fc.assert(
    fc.asyncProperty(moves, async (list) => (await play(list, 'asked')) >= 0n),
    { numRuns: 25 },
  )
})

test('control: a balance taken for as new as the moment it was stored promises coins twice', async () => {
  const kinds = [
    ['reserve', 29],
    ['ask', 0],
    ['see', 0],
    ['mine', 0],
    ['final', 0],
    ['store', 0],
    ...Array.from({ length: 10 }, () => ['reserve', 9] as const),
  ] as const
  const list = kinds.map(([kind, n]) => ({ kind, n }))
  assert.equal(await play(list, 'stored'), -30n)
  assert.equal(await play(list, 'asked'), 0n)
})
