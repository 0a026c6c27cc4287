import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { testDatabase } from '../../../../test/support/database.ts'
import { inTransaction } from '../db/sql.ts'
import { post } from '../ledger/post.ts'
import { type Posting, netted } from '../ledger/posting.ts'
import { capture } from '../ledger/postings/capture.ts'
import { gas } from '../ledger/postings/gas.ts'
import { refundAfterPayout } from '../ledger/postings/refund.ts'
import { addCapital } from '../ledger/postings/treasury.ts'
import { withholdReserve } from '../ledger/postings/reserve.ts'
import { platform } from '../ledger/platform.ts'
import { reverse } from '../ledger/postings/reverse.ts'
import { sealJournals } from '../ledger/sealJournals.ts'
import type { Tenant } from '../lib/tenant.ts'
import { runCommand } from './runCommand.ts'

const database = await testDatabase()
const { db } = database
after(() => database.drop())

Object.assign(process.env, {
  SKIRO_DATABASE_URL: database.url,
  SKIRO_PUBLIC_URL: 'https://pay.example',
  SKIRO_KEY_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
})

async function run(...words: string[]) {
  let [stdout, stderr] = ['', '']
  const status = await runCommand(words, {
    stdout: (text) => void (stdout += text),
    stderr: (text) => void (stderr += text),
  })
  return { status, stdout, stderr }
}

type Report = {
  ok: boolean
  accounts: { account: string; asset: string; debit: string | null; credit: string | null }[]
  totals: { asset: string; debit: string; credit: string; equal: boolean }[]
  checks: { name: string; ok: boolean; mismatches: { subject: string; detail: string }[] }[]
  chains: { merchant_id: string; sequence: string; head: string }[]
}
async function report(...words: string[]): Promise<Report & { status: number }> {
  const { status, stdout } = await run('ledger', '--json', ...words)
  return { status, ...(JSON.parse(stdout) as Report) }
}

const eur = (amount: bigint) => ({ amount, asset: 'EUR' as const })
const book = (tenant: Tenant, key: string, postings: Posting[]) =>
  inTransaction(db, (tx) => post(tx, tenant, key, postings))
const SHOP = 'mer_01jf2m8s5v0x3c9q6w4e7r1t2y'
const OTHER = 'mer_01jf2m8s5v0x3c9q6w4e7r1t2z'

before(async () => {
  await db.query(`insert into merchant (id, name, email) values ($1, 'a', 'a@b.co'), ($2, 'b', 'b@b.co')`, [
    SHOP,
    OTHER,
  ])
  const shop = { merchant_id: SHOP, livemode: false }
  await book(shop, 'a', capture({ gross: eur(10_000n), fee: eur(275n), reserve: eur(500n) }))
  await book({ merchant_id: OTHER, livemode: false }, 'a', capture({ gross: eur(1n), fee: eur(0n) }))
  await book({ ...shop, livemode: true }, 'a', capture({ gross: eur(7n), fee: eur(0n) }))
  await book(platform(false), 'a', netted([...addCapital('hot_wallet', POL(5n)), ...gas(POL(2n))]))
})
const POL = (amount: bigint) => ({ amount, asset: 'POL' as const })

describe('skiro-server ledger', () => {
  test('shows the trial balance, debit and credit, with its totals', async () => {
    const { status, stdout, stderr } = await run('ledger')
    assert.deepEqual([status, stderr], [0, ''])
    assert.equal(
      stdout,
      [
        'ACCOUNT              ASSET  DEBIT                 CREDIT',
        'acquirer_receivable  EUR    100.01',
        'fee_revenue          EUR                          2.75',
        'merchant_payable     EUR                          92.26',
        'merchant_reserve     EUR                          5.00',
        'capital              POL                          0.000000000000000005',
        'gas_expense          POL    0.000000000000000002',
        'hot_wallet           POL    0.000000000000000003',
        'TOTAL                EUR    100.01                100.01',
        'TOTAL                POL    0.000000000000000005  0.000000000000000005',
        '',
      ].join('\n'),
    )
  })

  test('of one merchant, of one mode, of nobody', async () => {
    const total = async (...words: string[]) =>
      (await report(...words)).totals.map(({ asset, debit }) => `${debit} ${asset}`)
    assert.deepEqual(await total('--merchant', SHOP), ['100.00 EUR'])
    assert.deepEqual(await total('--merchant', SHOP, '--mode', 'live'), ['0.07 EUR'])
    assert.deepEqual(await total('--merchant', 'platform'), ['0.000000000000000005 POL'])
    assert.deepEqual(await total('--merchant', OTHER, '--mode', 'live'), [])
    assert.equal((await run('ledger', '--merchant', OTHER, '--mode', 'live')).stdout, 'Nothing is booked.\n')
    for (const [merchant, message] of [
      ['mer_00000000000000000000000000', /There is no merchant mer_0/],
      ['shop', /must be an id like mer_/],
    ] as const) {
      const refused = await run('ledger', '--merchant', merchant)
      assert.deepEqual([refused.status, refused.stdout], [1, ''])
      assert.match(refused.stderr, message)
    }
  })

  test('says when an account is on the other side than usual', async () => {
    await book({ merchant_id: OTHER, livemode: true }, 'crossed', refundAfterPayout(eur(3n), eur(0n)))
    const { stdout } = await run('ledger', '--merchant', OTHER, '--mode', 'live')
    assert.match(stdout, /^acquirer_receivable +EUR +0\.03 +grows on the debit side$/m)
  })

  test('--verify proves sums, balances and chains, and prints the heads', async () => {
    await sealJournals(db)
    const { status, ok, checks, chains } = await report('--verify')
    assert.deepEqual([status, ok], [0, true])
    assert.deepEqual(
      checks.map((check) => [check.name, check.ok]),
      ['journals', 'assets', 'balances', 'sides', 'wallets', 'in flight', 'payments', 'chain'].map((name) => [
        name,
        true,
      ]),
    )
    assert.deepEqual(
      chains.map(({ merchant_id, sequence }) => [merchant_id, sequence]),
      [
        [SHOP, '1'],
        [OTHER, '1'],
        ['platform', '1'],
      ],
    )
    const { stdout } = await run('ledger', '--verify')
    assert.match(stdout, /^ok {4}chain {6}nothing was changed since it was sealed$/m)
    assert.match(chains[0]?.head ?? '', new RegExp(`^${SHOP}:1:[0-9a-f]{64}$`))
    assert.ok(stdout.includes(`\n${chains[0]?.head}\n`))
  })

  test('--head proves that a head that was kept is still in its chain', async () => {
    const { chains } = await report('--verify')
    const [shop = '', other = ''] = chains.map(({ head }) => head)
    // The chain may have gone on.
    await book({ merchant_id: SHOP, livemode: false }, 'on', withholdReserve(eur(1n)))
    await book({ merchant_id: SHOP, livemode: false }, 'back', reverse(withholdReserve(eur(1n))))
    await sealJournals(db)
    const { status, checks } = await report('--head', shop, '--head', other)
    assert.deepEqual([status, checks.at(-1)?.name, checks.at(-1)?.ok], [0, 'heads', true])
    for (const [head, detail] of [
      [shop.replace(':1:', ':9:'), /is not that long/],
      [shop.replace(/.$/, (digit) => (digit === '0' ? '1' : '0')), /was written anew/],
      [shop.replace(SHOP, OTHER), /was written anew/],
    ] as const) {
      const failed = await report('--head', head)
      assert.equal(failed.status, 1)
      assert.match(failed.checks.at(-1)?.mismatches[0]?.detail ?? '', detail)
    }
    for (const head of ['x', `${SHOP}:0:${'0'.repeat(64)}`, `${SHOP}:1:abc`]) {
      const { status: refused, stderr } = await run('ledger', '--head', head)
      assert.equal(refused, 1)
      assert.match(stderr, /--head must be like mer_…:120/)
    }
  })
})

describe('fails when', () => {
  /** Goes around every trigger, looks, and puts it back. */
  async function spoiled(text: string, undo: string, look: () => Promise<void>) {
    const around = (statement: string) =>
      inTransaction(db, async (tx) => {
        await tx.query('set local session_replication_role = replica')
        await tx.query(statement)
      })
    await around(text)
    try {
      await look()
    } finally {
      await around(undo)
    }
    assert.equal((await report('--verify')).status, 0)
  }
  const failed = async () => {
    const { status, ok, checks } = await report('--verify')
    assert.deepEqual([status, ok], [1, false])
    assert.match((await run('ledger', '--verify')).stdout, /^FAIL/m)
    return checks.filter((check) => !check.ok).map(({ name }) => name)
  }

  test('a posting was changed', async () => {
    const change = (by: number) =>
      `update posting set amount = amount + ${by} where account = 'fee_revenue' and merchant_id = '${SHOP}'`
    await spoiled(change(-1), change(1), async () => {
      assert.deepEqual(await failed(), ['journals', 'assets', 'balances', 'chain'])
      const chain = (await report('--verify')).checks.at(-1)?.mismatches[0]
      assert.match(chain?.detail ?? '', /^journal jrn_\w+ is not as it was sealed$/)
      assert.equal((await report('--verify', '--merchant', OTHER)).status, 0)
    })
  })

  test('a balance is not what was booked; without --verify by the totals alone', async () => {
    const change = (by: number) =>
      `update ledger_balance set amount = amount + ${by} where account = 'fee_revenue' and merchant_id = '${SHOP}'`
    await spoiled(change(-1), change(1), async () => {
      assert.deepEqual(await failed(), ['balances'])
      const { status, stdout } = await run('ledger')
      assert.equal(status, 1)
      assert.match(stdout, /^TOTAL +EUR +100\.01 +100\.02 +NOT EQUAL$/m)
    })
  })

  test('more was paid out than the wallets were given, once that was booked', async () => {
    const pay = (asset: string) =>
      book(platform(false), `paid ${asset}`, [
        { account: 'hot_wallet', asset, amount: -4n } as Posting,
        { account: 'suspense', asset, amount: 4n } as Posting,
      ])
    // Of POL three are left; what there is of ETH nobody has booked.
    await pay('ETH')
    assert.equal((await report('--verify')).status, 0)
    await pay('POL')
    assert.deepEqual(await failed(), ['wallets'])
    assert.equal((await report('--verify', '--merchant', 'platform')).status, 0)
    await book(platform(false), 'filled', addCapital('hot_wallet', POL(1n)))
    assert.equal((await report('--verify')).status, 0)
  })

  test('a whole journal was written by someone who keeps it balanced', async () => {
    await spoiled(
      `insert into journal (merchant_id, livemode, id, key) values ('${SHOP}', false, 'jrn_x', 'x');
       insert into posting values ('${SHOP}', false, 'jrn_x', 1, 'merchant_payable', 'EUR', 99999),
         ('${SHOP}', false, 'jrn_x', 2, 'bank', 'EUR', -99999)`,
      `delete from posting where journal_id = 'jrn_x'; delete from journal where id = 'jrn_x'`,
      async () => assert.deepEqual(await failed(), ['balances', 'sides', 'chain']),
    )
  })
})

test('what is not sealed yet is in the trial balance, and nothing is wrong with it', async () => {
  await book({ merchant_id: SHOP, livemode: false }, 'late', withholdReserve(eur(100n)))
  const { status, accounts } = await report('--merchant', SHOP, '--verify')
  assert.equal(status, 0)
  const of = (name: string) => accounts.find(({ account }) => account === name)?.credit
  assert.deepEqual([of('merchant_payable'), of('merchant_reserve')], ['91.25', '6.00'])
})
