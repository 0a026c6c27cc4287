import type { Chain } from '../../adapters/chain.ts'
import { type Db, inTransaction } from '../../db/sql.ts'
import { platform } from '../../ledger/platform.ts'
import { post } from '../../ledger/post.ts'
import { reverse } from '../../ledger/postings/reverse.ts'
import { addCapital } from '../../ledger/postings/treasury.ts'
import { newId } from '../../lib/ids.ts'
import { type LedgerAsset, toDecimalString } from '../../lib/money.ts'
import type { Compared } from './chainFindings.ts'
import type { Finding, Note } from './finding.ts'
import { bookedInWallets, capitalBookings, type WalletRecord } from './store.ts'

/** What all wallets of a mode hold of an asset, against what the ledger says. Minor units. */
export type Holding = {
  readonly asset: LedgerAsset
  readonly booked: bigint
  readonly held: bigint
  /** What the wallets held before the first payment was booked. */
  readonly is_opened: boolean
}

/**
 * Per asset, over all networks. The ledger books a payout at its final block; what has left before that is counted as
 * still there. An asset whose coins are under way cannot be compared now.
 */
export async function readHoldings(
  db: Db,
  livemode: boolean,
  chains: readonly (readonly [Chain, Compared])[],
  wallets: readonly WalletRecord[],
): Promise<Holding[]> {
  const held = new Map<LedgerAsset, bigint>()
  const unknown = new Set<LedgerAsset>()
  const add = (asset: LedgerAsset, amount: bigint) => held.set(asset, (held.get(asset) ?? 0n) + amount)
  for (const [chain, { left, has_coins_under_way }] of chains) {
    const own = await chain.walletAddress()
    for (const asset of chain.assets) {
      add(asset, await chain.balance(asset))
      for (const { network, address } of wallets)
        if (network === chain.network && address !== own) add(asset, await chain.balanceOf(asset, address))
    }
    if (!(chain.assets as readonly string[]).includes(chain.fee_coin))
      add(chain.fee_coin, (await chain.probe()).fuel.amount)
    for (const { asset, amount } of left) add(asset as LedgerAsset, amount)
    if (has_coins_under_way) unknown.add(chain.fee_coin)
  }
  const booked = await bookedInWallets(db, livemode)
  const opened = await capitalBookings(db, livemode)
  return [...held]
    .filter(([asset]) => !unknown.has(asset))
    .map(([asset, amount]) => ({
      asset,
      booked: booked.get(asset) ?? 0n,
      held: amount,
      is_opened: opened.has(asset),
    }))
}

/** A difference is wrong once the opening balance was booked; before, it is that balance. */
export function judgeHoldings(holdings: readonly Holding[]): { findings: Finding[]; notes: Note[] } {
  const findings: Finding[] = []
  const notes: Note[] = []
  for (const { asset, booked, held, is_opened } of holdings) {
    const [expected, found] = [booked, held].map((amount) => `${toDecimalString({ amount, asset })} ${asset}`)
    if (booked === held || expected === undefined || found === undefined) continue
    if (is_opened) findings.push({ kind: 'balance_differs', object: `hot_wallet ${asset}`, expected, found })
    else
      notes.push({
        object: `hot_wallet ${asset}`,
        text: `the wallets hold ${found}, the ledger says ${expected}: what was in them at the beginning is not booked. --book-balances books it.`,
      })
  }
  return { findings, notes }
}

/** Books every difference as capital: what the owner put in, or took out. */
export async function bookHoldings(db: Db, livemode: boolean, holdings: readonly Holding[]): Promise<void> {
  await inTransaction(db, async (tx) => {
    for (const { asset, booked, held } of holdings) {
      if (held === booked) continue
      const more = held > booked
      const postings = addCapital('hot_wallet', { asset, amount: more ? held - booked : booked - held })
      const key = `capital:hot_wallet:${asset}:${newId('journal')}`
      await post(tx, platform(livemode), key, more ? postings : reverse(postings))
    }
  })
}
