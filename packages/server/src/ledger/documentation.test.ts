import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, test } from 'node:test'
import { testDatabase } from '../../../../test/support/database.ts'
import { CRYPTOS, FIATS, type Crypto, type Fiat, type Money, toDecimalString } from '../lib/money.ts'
import { type Posting, netted } from './posting.ts'
import { acquirerFee, acquirerSettlement } from './postings/acquirer.ts'
import { capture } from './postings/capture.ts'
import { openChargeback, winChargeback, writeOffChargeback } from './postings/chargeback.ts'
import { conversion } from './postings/conversion.ts'
import { gas } from './postings/gas.ts'
import { completePayout, failPayout, reservePayout, unreservePayout } from './postings/payout.ts'
import { refundAfterPayout, refundBeforePayout } from './postings/refund.ts'
import { releaseReserve, withholdReserve } from './postings/reserve.ts'
import { reverse } from './postings/reverse.ts'
import { addCapital, fundVenue, hedgeFill, refill, skim } from './postings/treasury.ts'

const page = readFileSync(new URL('../../../../docs/money.md', import.meta.url), 'utf8')
const database = await testDatabase()
after(() => database.drop())

const eur = (cents: bigint): Money<Fiat> => ({ amount: cents, asset: 'EUR' })
const usdt = (units: bigint): Money<Crypto> => ({ amount: units, asset: 'USDT' })

const payout = usdt(98_772_400n)
const network_fee = usdt(350_000n)
/** The examples of the page: a payment of 100.00 EUR and what may become of it. */
const MOVEMENTS: readonly (readonly [name: string, postings: readonly Posting[]])[] = [
  ['capture', capture({ gross: eur(10_000n), fee: eur(275n), reserve: eur(500n) })],
  [
    'conversion',
    conversion({
      payout_value: eur(9178n),
      spread: eur(46n),
      remainder: eur(1n),
      payout: usdt(99_122_400n),
    }),
  ],
  ['reservePayout', reservePayout(payout, network_fee)],
  ['completePayout', completePayout(payout)],
  ['reverse(completePayout)', reverse(completePayout(payout))],
  ['failPayout', failPayout(payout)],
  ['unreservePayout', unreservePayout(payout, network_fee)],
  ['gas', gas({ amount: 1_260_000_000_000_000n, asset: 'ETH' })],
  ['refundBeforePayout', refundBeforePayout(eur(2000n))],
  ['refundAfterPayout', refundAfterPayout(eur(2000n), eur(500n))],
  [
    'openChargeback',
    openChargeback({ amount: eur(10_000n), fee: eur(1500n), refundable: eur(8000n), reserve: eur(0n) }),
  ],
  [
    'winChargeback',
    winChargeback({
      amount: eur(10_000n),
      reserve: eur(0n),
      receivable: eur(11_000n),
      suspense: eur(2000n),
    }),
  ],
  ['writeOffChargeback', writeOffChargeback(eur(3000n))],
  ['withholdReserve', withholdReserve(eur(500n))],
  ['releaseReserve', releaseReserve(eur(500n), eur(200n))],
  ['acquirerFee', acquirerFee(eur(175n))],
  ['acquirerSettlement', acquirerSettlement({ expected: eur(9825n), received: eur(9800n) })],
  ['addCapital', addCapital('hot_wallet', usdt(500_000_000n))],
  ['fundVenue', fundVenue(eur(10_000n))],
  ['hedgeFill', hedgeFill({ bought: usdt(99_122_400n), paid: eur(9150n), fee: eur(9n) })],
  ['refill', refill(usdt(99_000_000n), usdt(100_000n))],
  ['skim', skim(usdt(50_000_000n))],
]

const show = (postings: readonly Posting[]) =>
  netted(postings)
    .filter(({ amount }) => amount !== 0n)
    .map(({ account, asset, amount }) => {
      const size = toDecimalString({ amount: amount < 0n ? -amount : amount, asset })
      return `\`${account}\` ${amount < 0n ? '−' : '+'}${size} ${asset}`
    })
    .join(' · ')

for (const [name, postings] of MOVEMENTS) {
  test(`docs/money.md shows what ${name} books`, () => {
    const [, shown] =
      new RegExp(`^\\| \`${name.replaceAll(/[()]/g, '\\$&')}\` \\|.*\\| (.*) \\|$`, 'm').exec(page) ?? []
    assert.equal(shown, show(postings))
  })
}

test('docs/money.md lists every account with its side, its guard and its assets', async () => {
  const { rows } = await database.db.query<{
    account: string
    normal: string
    guard: string
    assets: string[]
  }>(
    `select account, string_agg(distinct normal, ', ' order by normal) normal, string_agg(distinct guard, '') guard,
       array_agg(asset) assets from ledger_account group by account`,
  )
  for (const { account, normal, guard, assets } of rows) {
    const carried = [
      FIATS.every((asset) => assets.includes(asset)) ? 'fiat' : null,
      CRYPTOS.every((asset) => assets.includes(asset)) ? 'crypto' : null,
      ...(CRYPTOS.some((asset) => !assets.includes(asset))
        ? assets.filter((asset) => asset !== 'POL' && !FIATS.some((fiat) => fiat === asset))
        : []
      ).toSorted(),
      assets.includes('POL') ? 'POL' : null,
    ].filter((word) => word !== null)
    const row = `| \`${account}\` | ${normal} | ${guard === 'either' ? 'yes' : 'no'} | ${carried.join(', ')} |`
    assert.ok(page.includes(row), row)
  }
})
