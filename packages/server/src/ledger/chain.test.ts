import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, describe, test } from 'node:test'
import { testDatabase } from '../../../../test/support/database.ts'
import { inTransaction } from '../db/sql.ts'
import type { Money } from '../lib/money.ts'
import { post } from './post.ts'
import { credit, debit } from './posting.ts'
import { sealJournals, sealTenant } from './sealJournals.ts'
import { readSeals } from './sealStore.ts'
import { verifyChain } from './verifyChain.ts'

const database = await testDatabase()
const { db } = database
after(() => database.drop())

const usd = (amount: bigint): Money => ({ amount, asset: 'USD' })
const JOURNALS = 7
let serial = 0

/** A merchant with seven sealed journals. */
async function shop() {
  const tenant = { merchant_id: `mer_"${++serial}`, livemode: false }
  for (let n = 1; n <= JOURNALS; n++) {
    // Keys with everything that JSON writes in another way than it stands.
    await inTransaction(db, (tx) =>
      post(tx, tenant, `k"\\\n\u0001\u007f\u2028é€😀 ${n}`, [
        debit('bank', usd(BigInt(n))),
        credit('capital', usd(BigInt(n))),
      ]),
    )
  }
  assert.equal(await sealTenant(db, tenant), JOURNALS)
  const seals = await readSeals(db, tenant, 0n, 100)
  return { tenant, ids: seals.map(({ journal_id }) => journal_id) }
}

/** As a superuser who goes around every trigger and foreign key. */
const tamper = (text: string, values: unknown[]) =>
  inTransaction(db, async (tx) => {
    await tx.query('set local session_replication_role = replica')
    const { rowCount } = await tx.query(text, values)
    assert.ok(rowCount && rowCount > 0)
  })

const breaks = async (tenant: { merchant_id: string; livemode: boolean }) =>
  (await verifyChain(db, tenant)).breaks.map(({ journal_id, detail }) => [journal_id, detail])

describe('the hash chain', () => {
  test('holds for what was booked; both ends that make the content agree on any text', async () => {
    const { tenant, ids } = await shop()
    const { head, breaks: found } = await verifyChain(db, tenant)
    assert.deepEqual(found, [])
    assert.equal(head.sequence, 7n)
    assert.equal(new Set(ids).size, JOURNALS)
    assert.deepEqual(await breaks({ merchant_id: 'mer_none', livemode: false }), [])
  })

  const fourth = 3
  const CHANGES: [what: string, text: string][] = [
    ['an amount', 'update posting set amount = amount * 2 where merchant_id = $1 and journal_id = $2'],
    [
      'an account',
      `update posting set account = 'venue' where merchant_id = $1 and journal_id = $2 and line = 1`,
    ],
    ['a line more', `insert into posting values ($1, false, $2, 9, 'bank', 'USD', 1)`],
    ['a line less', 'delete from posting where merchant_id = $1 and journal_id = $2 and line = 2'],
    ['no line', 'delete from posting where merchant_id = $1 and journal_id = $2'],
    ['the key', `update journal set key = 'other' where merchant_id = $1 and id = $2`],
    [
      'the time',
      `update journal set created_at = created_at + interval '1 microsecond' where merchant_id = $1 and id = $2`,
    ],
  ]
  for (const [what, text] of CHANGES) {
    test(`names the journal in which somebody changed ${what}, and no other`, async () => {
      const { tenant, ids } = await shop()
      const id = ids[fourth] as string
      await tamper(text, [tenant.merchant_id, id])
      assert.deepEqual(await breaks(tenant), [[id, `journal ${id} is not as it was sealed`]])
    })
  }

  test('names the journal that is gone', async () => {
    const { tenant, ids } = await shop()
    await tamper('delete from journal where merchant_id = $1 and id = $2', [tenant.merchant_id, ids[fourth]])
    assert.deepEqual(await breaks(tenant), [[ids[fourth], `journal ${ids[fourth]} is gone`]])
  })

  test('names a journal whose seal was made to fit: the next one no longer does', async () => {
    const { tenant, ids } = await shop()
    await tamper('update posting set amount = amount * 2 where merchant_id = $1 and journal_id = $2', [
      tenant.merchant_id,
      ids[fourth],
    ])
    const [before, sealed] = (await readSeals(db, tenant, 2n, 2)) as [SealRow, SealRow]
    const { sealHash } = await import('./journalContent.ts')
    assert.ok(sealed.content)
    const hash = sealHash(before.hash, sealed.content)
    await tamper('update journal_seal set hash = $3 where merchant_id = $1 and journal_id = $2', [
      tenant.merchant_id,
      ids[fourth],
      hash,
    ])
    const next = ids[fourth + 1]
    assert.deepEqual(await breaks(tenant), [[next, `journal ${next} is not as it was sealed`]])
  })

  test('finds seals that are missing inside and at the end, and a head that was set back', async () => {
    const inside = await shop()
    const cut = (tenant: { merchant_id: string }, sequence: number) =>
      tamper('delete from journal_seal where merchant_id = $1 and sequence >= $2 and sequence < $2 + 2', [
        tenant.merchant_id,
        sequence,
      ])
    await cut(inside.tenant, 3)
    assert.deepEqual((await breaks(inside.tenant))[0], [null, 'seals 3 to 4 are missing'])
    const end = await shop()
    await cut(end.tenant, 7)
    assert.deepEqual((await breaks(end.tenant))[0], [null, 'seal 7 is missing'])
    // With its journal and its place at the head gone as well, the head's hash still tells.
    const back = await shop()
    await cut(back.tenant, 7)
    await tamper('update ledger_chain set last_sequence = 6 where merchant_id = $1', [
      back.tenant.merchant_id,
    ])
    await tamper('delete from posting where merchant_id = $1 and journal_id = $2', [
      back.tenant.merchant_id,
      back.ids[6],
    ])
    await tamper('delete from journal where merchant_id = $1 and id = $2', [
      back.tenant.merchant_id,
      back.ids[6],
    ])
    assert.deepEqual(await breaks(back.tenant), [
      [null, 'the head of the chain is another one than its last seal'],
    ])
  })

  test('names a journal that was slipped in', async () => {
    const { tenant } = await shop()
    await tamper(
      `with j as (insert into journal (merchant_id, livemode, id, key) values ($1, false, 'jrn_x', 'x'))
       insert into posting values ($1, false, 'jrn_x', 1, 'bank', 'USD', 5), ($1, false, 'jrn_x', 2, 'capital', 'USD', -5)`,
      [tenant.merchant_id],
    )
    assert.deepEqual(await breaks(tenant), [
      ['jrn_x', 'journal jrn_x was slipped in: it has no seal and waits for none'],
    ])
  })

  test('does not let journals change places or merchants', async () => {
    const { tenant, ids } = await shop()
    // A seal is one journal's, so they change places by way of a third name.
    await tamper(`update journal_seal set journal_id = 'jrn_away' where merchant_id = $1 and sequence = 2`, [
      tenant.merchant_id,
    ])
    await tamper('update journal_seal set journal_id = $2 where merchant_id = $1 and sequence = 3', [
      tenant.merchant_id,
      ids[1],
    ])
    await tamper('update journal_seal set journal_id = $2 where merchant_id = $1 and sequence = 2', [
      tenant.merchant_id,
      ids[2],
    ])
    assert.deepEqual(
      (await breaks(tenant)).map(([id]) => id),
      [ids[2], ids[1]],
    )
  })

  test('while payments are booked and several sealers work there is one chain, and nothing is left out', async () => {
    const tenant = { merchant_id: 'mer_busy', livemode: true }
    const WORKERS = 4
    const EACH = 50
    let working = true
    const sealer = async () => {
      while (working) {
        await sealJournals(db)
        assert.deepEqual(await breaks(tenant), [])
      }
    }
    const sealing = [sealer(), sealer(), sealer()]
    const booking = Array.from({ length: WORKERS }, async () => {
      for (let n = 0; n < EACH; n++) {
        const lines = [debit('bank', usd(1n)), credit('capital', usd(1n))]
        await inTransaction(db, (tx) => post(tx, tenant, randomUUID(), lines))
      }
    })
    await Promise.all(booking).finally(() => (working = false))
    await Promise.all(sealing)
    await sealJournals(db)
    const { head, breaks: found } = await verifyChain(db, tenant)
    assert.deepEqual([head.sequence, found], [BigInt(WORKERS * EACH), []])
    const { rows } = await db.query('select from journal_unsealed')
    assert.equal(rows.length, 0)
  })

  test('control: without the trigger that queues it a journal is never sealed, and verify says so', async () => {
    const tenant = { merchant_id: 'mer_skip', livemode: false }
    await inTransaction(db, async (tx) => {
      await tx.query('set local session_replication_role = replica')
      await post(tx, tenant, 'k', [debit('bank', usd(1n)), credit('capital', usd(1n))])
    })
    await sealJournals(db)
    assert.match(String((await breaks(tenant))[0]?.[1]), /was slipped in/)
  })
})

type SealRow = Awaited<ReturnType<typeof readSeals>>[number]
