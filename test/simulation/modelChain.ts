import { createHash } from 'node:crypto'
import type {
  Chain,
  Coin,
  Intent,
  Limits,
  Planned,
  TransactionStatus,
} from '../../packages/server/src/adapters/chain.ts'
import type { Crypto } from '../../packages/server/src/lib/money.ts'
import type { Outside } from './faults.ts'

type Tx = {
  readonly hash: string
  readonly id: string
  /** What of the wallet it uses up: its nonce, or coins. */
  readonly slots: readonly string[]
  readonly nonce: bigint | null
  readonly payments: readonly { readonly asset: Crypto; readonly to: string; readonly amount: string }[]
  readonly fee: bigint
  readonly change: bigint
}
type Block = { readonly hash: string; readonly txs: readonly Tx[] }

const FEE = 1000n

/** A chain in memory that keeps the rules of real ones: it is the judge of what was paid. */
export type ModelChain = Chain & {
  /** Puts what the pool has into a block. */
  mine(): void
  /** Takes the newest blocks away, as far as they are not final, and forgets what was in them. */
  undo(blocks: number): void
  /** Forgets what waits. */
  wipe(): void
  /** Payees that a transfer to fails for. */
  readonly refused: Set<string>
  /** The node does not know of what happened lately. */
  lags: boolean
  /** The wallet is empty, as far as the node knows. */
  is_empty: boolean
  /** What the network asks for a transaction now: less is not taken, and not mined. */
  fee: bigint
  /** Most payments per transaction. */
  most: number
  /** Every payment that happened and stands, by payee. */
  paid(): Map<string, bigint[]>
  /** Every transaction that the network ever took. */
  readonly taken: ReadonlySet<string>
  /** What has left the wallet, by asset: payments that happened and stand, and what their transactions cost. */
  left(): Map<Crypto, bigint>
  /** Transactions of the wallet that stand. */
  readonly consumed: () => bigint
  /** Sends from the wallet without its rules, for the naive control. */
  readonly sendRaw: (raw: string) => 'accepted' | 'known' | 'conflict' | 'rejected'
}

export type ModelChainOptions = {
  readonly network: string
  readonly fee_coin: 'ETH' | 'BTC'
  readonly assets: readonly Crypto[]
  readonly wallet: string
  /** Blocks on top that make one final. */
  readonly depth: number
  /** Of each coin that the wallet begins with. Small ones: a higher fee may need one more. */
  readonly coin_size?: bigint
}

export function createModelChain(
  { network, fee_coin, assets, wallet, depth, coin_size = 10n ** 12n }: ModelChainOptions,
  outside: Outside,
): ModelChain {
  const has_nonces = fee_coin === 'ETH'
  const blocks: Block[] = []
  const pool = new Map<string, Tx>()
  const taken = new Set<string>()
  let height = 0
  /** Index of the newest block that nothing takes away any more. */
  let final_index = -1
  const genesis: Coin[] = Array.from({ length: coin_size < 10n ** 9n ? 30 : 6 }, (_, n) => ({
    outpoint: `${wallet}:${n}`,
    amount: coin_size,
  }))

  const mined = (until = blocks.length): Tx[] => blocks.slice(0, Math.max(0, until)).flatMap(({ txs }) => txs)
  /** Where the node stands that answers questions. */
  const view = (): number => blocks.length - (chain.lags ? depth : 0)
  const consumed = (): bigint => BigInt(mined().length)
  const used = (until?: number): Set<string> => new Set(mined(until).flatMap(({ slots }) => slots))
  const known = (until?: number): Coin[] => [
    ...genesis,
    ...mined(until).flatMap(({ hash, change }) =>
      change > 0n ? [{ outpoint: `${hash}:change`, amount: change }] : [],
    ),
  ]
  const unspent = (): Coin[] => {
    const spent = used(view())
    return known(view()).filter(({ outpoint }) => !spent.has(outpoint))
  }
  const succeeds = (to: string): boolean => !chain.refused.has(to)

  function parse(raw: string): Tx {
    const { fee, change, nonce, ...rest } = JSON.parse(raw) as Omit<
      Tx,
      'hash' | 'fee' | 'change' | 'nonce'
    > & {
      fee: string
      change: string
      nonce: string | null
    }
    const hash = createHash('sha256')
      .update(network + raw)
      .digest('hex')
      .slice(0, 16)
    return {
      ...rest,
      hash,
      fee: BigInt(fee),
      change: BigInt(change),
      nonce: nonce === null ? null : BigInt(nonce),
    }
  }

  function accept(raw: string): 'accepted' | 'known' | 'conflict' | 'rejected' {
    const tx = parse(raw)
    if (pool.has(tx.hash)) return 'known'
    const spent = used()
    if (tx.slots.some((slot) => spent.has(slot))) return 'conflict'
    if (tx.nonce !== null && tx.nonce < consumed()) return 'conflict'
    if (tx.nonce === null) {
      const coins = new Set(known().map(({ outpoint }) => outpoint))
      if (!tx.slots.every((slot) => coins.has(slot))) return 'rejected'
    }
    if (tx.fee < chain.fee) return 'rejected'
    const rivals = [...pool.values()].filter(({ slots }) => slots.some((slot) => tx.slots.includes(slot)))
    if (rivals.some(({ fee }) => tx.fee * 8n < fee * 9n)) return 'rejected'
    for (const { hash } of rivals) pool.delete(hash)
    pool.set(tx.hash, tx)
    taken.add(tx.hash)
    return 'accepted'
  }

  let signatures = 0
  const asTransaction = (intent: Intent, nonce: bigint | null): string =>
    JSON.stringify({
      // A signer need not make the same signature twice, and this one never does.
      signature: signatures++,
      id: intent.id,
      slots: has_nonces ? [`nonce:${nonce}`] : intent.coins,
      nonce: nonce === null ? null : String(nonce),
      payments: intent.payments.map((payment) => ({ ...payment, amount: String(payment.amount) })),
      fee: String(intent.fee),
      change: intent.fields.change ?? '0',
    })

  function choose(
    order: Pick<Intent, 'id' | 'payments'>,
    fee: bigint,
    { fee_cap, coins }: Limits,
    kept: readonly string[] = [],
  ): Planned {
    const refuse = (reason: 'fee_too_high' | 'insufficient_treasury'): Planned => ({
      ok: false,
      reason,
      detail: reason,
      payment: null,
    })
    if (fee > fee_cap) return refuse('fee_too_high')
    if (has_nonces) return { ok: true, intent: { ...order, fields: {}, coins: [], fee } }
    const all = new Map(known().map(({ outpoint, amount }) => [outpoint, amount]))
    const chosen = [...kept]
    const needed = order.payments.reduce((sum, { amount }) => sum + amount, fee)
    const worth = () => chosen.reduce((sum, outpoint) => sum + (all.get(outpoint) ?? 0n), 0n)
    for (const { outpoint } of coins) {
      if (worth() >= needed && chosen.length > 0) break
      if (!chosen.includes(outpoint)) chosen.push(outpoint)
    }
    if (worth() < needed || chosen.length === 0) return refuse('insufficient_treasury')
    return {
      ok: true,
      intent: { ...order, fields: { change: String(worth() - needed) }, coins: chosen, fee },
    }
  }

  const higher = (fee: bigint): bigint => {
    const more = (fee * 9n + 7n) / 8n
    return more > chain.fee ? more : chain.fee
  }

  const chain: ModelChain = {
    network,
    assets,
    fee_coin,
    taken,
    refused: new Set(),
    lags: false,
    is_empty: false,
    fee: FEE,
    most: 3,
    parseAddress: (address) => ({ ok: true, address }),
    walletAddress: async () => wallet,
    chainNonce: () => outside.call('chain nonce', () => (has_nonces ? BigInt(mined(view()).length) : null)),
    coins: () => outside.call('coins', () => (has_nonces ? null : unspent())),
    balance: () => outside.call('balance', () => (chain.is_empty ? 0n : 10n ** 30n)),
    balanceOf: async () => 0n,
    batchMax: () => chain.most,
    review: async () => null,
    plan: (order, limits) => outside.call('plan', () => choose(order, chain.fee, limits)),
    bump: (last, limits) => outside.call('bump', () => choose(last, higher(last.fee), limits, last.coins)),
    cancel: (last, limits) =>
      outside.call('cancel', () =>
        choose({ id: last.id, payments: [] }, higher(last.fee), limits, last.coins),
      ),
    sign: (intent, nonce) =>
      outside.call('sign', () => {
        const raw = asTransaction(intent, nonce)
        return { raw, hash: parse(raw).hash }
      }),
    broadcast: (raw) => outside.call('broadcast', () => accept(raw)),
    status: (hash, intent) =>
      outside.call('status', (): TransactionStatus => {
        const index = blocks.findIndex(({ txs }) => txs.some((tx) => tx.hash === hash))
        if (index >= view()) return { state: 'unseen' }
        if (index < 0) return { state: pool.has(hash) ? 'waiting' : 'unseen' }
        const block = blocks[index] as Block
        return {
          state: 'mined',
          final: index <= final_index,
          block_number: BigInt(index),
          block_hash: block.hash,
          confirmations: blocks.length - index,
          payments: intent.payments.map(({ to }) => ({
            ok: succeeds(to),
            detail: succeeds(to) ? null : 'refused',
          })),
          fee: intent.fee,
        }
      }),
    probe: async () => ({
      block_number: BigInt(blocks.length),
      block_time: 0,
      fuel: { coin: fee_coin, amount: 1n },
    }),
    mine() {
      const txs: Tx[] = []
      for (const tx of [...pool.values()].sort((a, b) => Number((a.nonce ?? 0n) - (b.nonce ?? 0n)))) {
        const next = consumed() + BigInt(txs.length)
        if (tx.fee < chain.fee || (tx.nonce !== null && tx.nonce > next)) continue
        pool.delete(tx.hash)
        const spent = new Set([...used(), ...txs.flatMap(({ slots }) => slots)])
        if (tx.slots.some((slot) => spent.has(slot)) || (tx.nonce !== null && tx.nonce < next)) continue
        txs.push(tx)
      }
      blocks.push({ hash: `${network}:${height++}`, txs })
      final_index = Math.max(final_index, blocks.length - 1 - depth)
    },
    undo(count) {
      const most = Math.max(0, Math.min(count, blocks.length - 1 - final_index))
      const removed = blocks.splice(blocks.length - most, most)
      // Of coins that are gone with it nothing can be spent.
      const gone = new Set(removed.flatMap(({ txs }) => txs.map(({ hash }) => `${hash}:change`)))
      for (const tx of pool.values()) if (tx.slots.some((slot) => gone.has(slot))) pool.delete(tx.hash)
    },
    wipe: () => pool.clear(),
    paid() {
      const payments = new Map<string, bigint[]>()
      for (const { payments: list } of mined())
        for (const { to, amount } of list)
          if (succeeds(to)) payments.set(to, [...(payments.get(to) ?? []), BigInt(amount)])
      return payments
    },
    left() {
      const sums = new Map<Crypto, bigint>()
      const add = (asset: Crypto, amount: bigint) => sums.set(asset, (sums.get(asset) ?? 0n) + amount)
      for (const { payments, fee } of mined()) {
        add(fee_coin, fee)
        for (const { asset, to, amount } of payments) if (succeeds(to)) add(asset, BigInt(amount))
      }
      return sums
    },
    consumed,
    sendRaw: accept,
  }
  return chain
}
