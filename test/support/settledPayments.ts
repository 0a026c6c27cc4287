import type { Acquirer, AcquirerEvent, PaymentSnapshot } from '../../packages/server/src/adapters/acquirer.ts'
import type { Chain, Coin, SpentNonce, TransactionMined } from '../../packages/server/src/adapters/chain.ts'
import type { Db } from '../../packages/server/src/db/sql.ts'
import { inTransaction } from '../../packages/server/src/db/sql.ts'
import { platform } from '../../packages/server/src/ledger/platform.ts'
import { post } from '../../packages/server/src/ledger/post.ts'
import type { Posting } from '../../packages/server/src/ledger/posting.ts'
import { completePayout, reservePayout } from '../../packages/server/src/ledger/postings/payout.ts'
import { gas } from '../../packages/server/src/ledger/postings/gas.ts'
import { addCapital } from '../../packages/server/src/ledger/postings/treasury.ts'
import { ProviderError } from '../../packages/server/src/lib/errors.ts'
import { newId } from '../../packages/server/src/lib/ids.ts'
import { capturePostings } from '../../packages/server/src/transactions/capturePostings.ts'

export const WALLET = '0xhot'
const BITCOIN = 'bc1hot'
const COINS: readonly Coin[] = [
  { outpoint: 'aa:0', amount: 70_000n },
  { outpoint: 'bb:1', amount: 30_000n },
]
const PAID = 42_380_000n
const FEE = 21_000n
const FIGURES = {
  gross: 4999n,
  fee: 750n,
  payout_value: 4238n,
  spread: 10n,
  remainder: 1n,
  payout_amount: PAID,
}

/** What the chain and the acquirer know, to be changed by a test as the world may change. */
export type Outside = {
  readonly mined: Map<string, Pick<TransactionMined, 'final' | 'payments' | 'fee'>>
  readonly payments: Map<string, PaymentSnapshot>
  readonly strangers: Map<bigint, SpentNonce>
  used: bigint
  announced: bigint
  usdt: bigint
  eth: bigint
  coins: readonly Coin[]
}

type Made = { txn: string; payout: string; batch: string; ref: string; hash: string }

/**
 * A database with `count` payments that went right from card to final payout, each alone in its transaction on chain, and
 * the world as it is after them. Rows are written by statements over all of them at once, with the journals that the
 * gateway's own functions make.
 */
export async function settledPayments(db: Db, count: number, merchants = 16) {
  const made: Made[] = Array.from({ length: count }, (_, n) => ({
    txn: newId('transaction'),
    payout: newId('payout'),
    batch: newId('payout_batch'),
    ref: `pay_${n}`,
    hash: `0x${n}`,
  }))
  const shops = Array.from({ length: merchants }, () => newId('merchant'))
  const shopOf = (n: number) => shops[n % merchants] ?? ''
  const column = (of: (one: Made, n: number) => string) => made.map(of)
  const columns = [
    column((_, n) => shopOf(n)),
    column(({ txn }) => txn),
    column(({ payout }) => payout),
    column(({ batch }) => batch),
    column(({ ref }) => ref),
    column(({ hash }) => hash),
  ]
  const each = `from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) with ordinality
    r (shop, txn, payout, batch, ref, hash, n)`
  await inTransaction(db, async (tx) => {
    await tx.query(`set local session_replication_role = 'replica'`)
    await tx.query(
      `insert into merchant (id, name, email) select id, 'Shop', 'a@b.co' from unnest($1::text[]) id`,
      [shops],
    )
    await tx.query(
      `insert into treasury_wallet (livemode, network, address, next_nonce) values (false, 'ethereum', $1, $2)`,
      [WALLET, count],
    )
    await tx.query(
      `insert into treasury_wallet (livemode, network, address, next_nonce) values (false, 'bitcoin', $1, 0)`,
      [BITCOIN],
    )
    await tx.query(
      `insert into treasury_coin (livemode, network, address, outpoint, amount)
       values (false, 'bitcoin', $1, 'aa:0', 70000), (false, 'bitcoin', $1, 'bb:1', 30000)`,
      [BITCOIN],
    )
    const rows = async (text: string) => tx.query(`${text} ${each}`, columns)
    await rows(`insert into transaction (merchant_id, livemode, id, checkout_session_id, state, amount, currency, fee_bps,
        fee_amount, spread_bps, payout_currency, payout_network, payout_address, payout_amount, payout_id, acquirer,
        acquirer_ref, card_token_hash, metadata, captured_at, paid_out_at)
      select shop, false, txn, 'cs_' || n, 'paid_out', 4999, 'USD', 1500, 750, 25, 'USDT', 'ethereum', '0x1', ${PAID},
        payout, 'simulator', ref, decode(md5(txn) || md5(ref), 'hex'), '{}', now(), now()`)
    await rows(`insert into conversion (merchant_id, livemode, id, transaction_id, gross, currency, fee, spread, remainder,
        payout_value, payout_amount, payout_currency, rate, mid_rate, receipt, quote_id)
      select shop, false, 'cnv_' || n, txn, 4999, 'USD', 750, 10, 1, 4238, ${PAID}, 'USDT', 1, 1, '{}', 'qt_' || n`)
    await rows(`insert into payout (merchant_id, livemode, id, transaction_id, state, amount, asset, network, address,
        metadata, sent_at, completed_at, batch_id)
      select shop, false, payout, txn, 'final', ${PAID}, 'USDT', 'ethereum', '0x1', '{}', now(), now(), batch`)
    await rows(`insert into payout_batch (livemode, id, network, asset, wallet_address, nonce, state, payments, total,
        fee_limit, fee, tx_hash, sent_at, ended_at)
      select false, batch, 'ethereum', 'USDT', '${WALLET}', n - 1, 'final', 1, ${PAID}, ${FEE * 2n}, ${FEE}, hash, now(), now()`)
    await rows(`insert into batch_payment (livemode, batch_id, line, merchant_id, payout_id, network, asset, address,
        amount, outcome)
      select false, batch, 0, shop, payout, 'ethereum', 'USDT', '0x1', ${PAID}, 'paid'`)
    await rows(`insert into chain_tx (livemode, batch_id, version, kind, network, wallet_address, nonce, intent, raw, hash,
        broadcast_at)
      select false, batch, 1, 'pay', 'ethereum', '${WALLET}', n - 1, json_build_object('id', batch, 'payments',
        json_build_array(json_build_object('asset', 'USDT', 'to', '0x1', 'amount', '${PAID}')), 'fields', json_build_object(),
        'coins', json_build_array(), 'fee', '${FEE * 2n}'), '0xraw', hash, now()`)
    await tx.query(`set local session_replication_role = 'origin'`)
  })
  const usdt = { amount: PAID, asset: 'USDT' } as const
  const total = BigInt(count)
  await inTransaction(db, (tx) =>
    post(
      tx,
      platform(false),
      'capital:hot_wallet:USDT:1',
      addCapital('hot_wallet', { amount: PAID * (total + 5n), asset: 'USDT' }),
    ),
  )
  await inTransaction(db, (tx) =>
    post(
      tx,
      platform(false),
      'capital:hot_wallet:ETH:1',
      addCapital('hot_wallet', { amount: FEE * (total + 5n), asset: 'ETH' }),
    ),
  )
  await inTransaction(db, (tx) =>
    post(
      tx,
      platform(false),
      'capital:hot_wallet:BTC:1',
      addCapital('hot_wallet', { amount: 100_000n, asset: 'BTC' }),
    ),
  )
  await book(
    db,
    made.map((one, n) => ({ shop: shopOf(n), key: `capture:${one.txn}` })),
    capturePostings(FIGURES, 'USD', 'USDT'),
  )
  await book(
    db,
    made.map((one, n) => ({ shop: shopOf(n), key: `reserve:${one.payout}:${one.batch}` })),
    reservePayout(usdt),
  )
  await book(
    db,
    made.map((one, n) => ({ shop: shopOf(n), key: `final:${one.payout}:${one.batch}` })),
    completePayout(usdt),
  )
  await book(
    db,
    made.map((one) => ({ shop: 'platform', key: `gas:${one.batch}` })),
    gas({ amount: FEE, asset: 'ETH' }),
  )
  return { made, shopOf, outside: outsideOf(made) }
}

/** The same journal for each of the keys, in one statement. */
async function book(
  db: Db,
  journals: readonly { shop: string; key: string }[],
  postings: readonly Posting[],
) {
  await db.query(
    `with l as (select * from unnest($1::text[], $2::text[], $3::text[]) l (shop, key, id)),
     j as (insert into journal (merchant_id, livemode, id, key) select shop, false, id, key from l)
     insert into posting (merchant_id, livemode, journal_id, line, account, asset, amount)
     select shop, false, id, p.line, account, asset, amount
     from l, unnest($4::text[], $5::text[], $6::numeric[]) with ordinality p (account, asset, amount, line)
     where amount <> 0`,
    [
      journals.map(({ shop }) => shop),
      journals.map(({ key }) => key),
      journals.map(() => newId('journal')),
      postings.map(({ account }) => account),
      postings.map(({ asset }) => asset),
      postings.map(({ amount }) => amount.toString()),
    ],
  )
}

function outsideOf(made: readonly Made[]): Outside {
  const paid = { final: true, payments: [{ ok: true, detail: null }], fee: FEE }
  return {
    mined: new Map(made.map(({ hash }) => [hash, paid])),
    payments: new Map(made.map(({ ref, txn }) => [ref, snapshot(ref, txn)])),
    strangers: new Map(),
    used: BigInt(made.length),
    announced: BigInt(made.length),
    usdt: PAID * 5n,
    eth: FEE * 5n,
    coins: COINS,
  }
}

/** A captured payment in the acquirer's book. */
export function snapshot(
  ref: string,
  reference: string,
  change: Partial<PaymentSnapshot> = {},
): PaymentSnapshot {
  return {
    ref,
    reference,
    state: 'captured',
    amount: { amount: 4999n, asset: 'USD' },
    captured: 4999n,
    refunded: 0n,
    card: null,
    failure: null,
    action: null,
    ...change,
  }
}

/** The ports of a world that only answers: nothing is paid or charged through them. */
export function portsOf(outside: Outside) {
  const chain = {
    network: 'ethereum',
    assets: ['USDT', 'ETH'],
    fee_coin: 'ETH',
    walletAddress: async () => WALLET,
    chainNonce: async () => outside.used,
    pendingNonce: async () => outside.announced,
    findByNonce: async (nonce) => outside.strangers.get(nonce) ?? null,
    coins: async () => null,
    balance: async (asset) => (asset === 'ETH' ? outside.eth : outside.usdt),
    status: async (hash) => {
      const found = outside.mined.get(hash)
      if (!found) return { state: 'unseen' }
      return { state: 'mined', block_number: 1n, block_hash: '0xb', confirmations: 9, ...found }
    },
  } satisfies Partial<Chain>
  const bitcoin = {
    network: 'bitcoin',
    assets: ['BTC'],
    fee_coin: 'BTC',
    walletAddress: async () => BITCOIN,
    chainNonce: async () => null,
    coins: async () => outside.coins,
    balance: async () => outside.coins.reduce((sum, { amount }) => sum + amount, 0n),
  } satisfies Partial<Chain>
  const acquirer = {
    id: 'simulator',
    listEvents: async () =>
      [...outside.payments.keys()].map(
        (ref): AcquirerEvent => ({
          id: `evt_${ref}`,
          type: 'payment.captured',
          payment_ref: ref,
          occurred_at: '2026-11-01T00:00:00Z',
        }),
      ),
    retrieve: async (ref) => {
      const found = outside.payments.get(ref)
      if (found) return found
      throw new ProviderError('simulator', 'refused', 'no such payment')
    },
  } satisfies Partial<Acquirer>
  return {
    acquirer: acquirer as unknown as Acquirer,
    chains: new Map([
      ['ethereum', chain as unknown as Chain],
      ['bitcoin', bitcoin as unknown as Chain],
    ]),
  }
}
