import type { Chain } from '../../adapters/chain.ts'
import type { Db } from '../../db/sql.ts'
import { missingCoins } from '../../payouts/coinStore.ts'
import { type BatchRecord, type Span, type WalletRecord, batchPage, looseNonces } from './store.ts'
import { type Seen, batchFindings } from './batchFindings.ts'
import type { Finding } from './finding.ts'
import { inParallel } from './inParallel.ts'

const PAGE = 500
const MOST = 100

/** What has left the wallet on the chain and is not booked, because its block is not final or was not recorded. */
export type Left = { readonly asset: string; readonly amount: bigint }

export type Compared = {
  readonly findings: readonly Finding[]
  readonly batches: number
  readonly left: readonly Left[]
  /** Coins of batches that wait for a block: what the node says that the wallet holds is without them. */
  readonly has_coins_under_way: boolean
}

/** Compares each batch of a network with the chain, and what the chain says of the wallet with our batches. */
export async function chainFindings(
  db: Db,
  chain: Chain,
  span: Span,
  wallet: WalletRecord | null,
): Promise<Compared> {
  const findings: Finding[] = []
  const left: Left[] = []
  let [batches, has_coins_under_way] = [0, false]
  const used = await chain.chainNonce()
  for (let after = ''; ; ) {
    const page = await batchPage(db, span, chain.network, after, PAGE)
    batches += page.length
    await inParallel(page, async (batch) => {
      const seen = await look(chain, batch)
      findings.push(...batchFindings(batch, seen, used))
      if (batch.state === 'final' || batch.state === 'cancelled') return
      left.push(...leftBy(chain, batch, seen))
      if (used === null && !seen && batch.versions.some(({ broadcast_at }) => broadcast_at))
        has_coins_under_way = true
    })
    const last = page.at(-1)
    if (!last || page.length < PAGE) break
    after = last.id
  }
  if (wallet) findings.push(...(await walletFindings(db, chain, wallet)))
  return { findings, batches, left, has_coins_under_way }
}

/** The version that was recorded first: of an ended batch nearly always the only one to ask for. */
async function look(chain: Chain, { versions, tx_hash }: BatchRecord): Promise<Seen> {
  const order = versions.toSorted((a, b) => Number(b.hash === tx_hash) - Number(a.hash === tx_hash))
  for (const version of order) {
    if (version.hash === null) continue
    const status = await chain.status(version.hash, version.intent)
    if (status.state === 'mined') return { version, mined: status }
  }
  return null
}

function leftBy(chain: Chain, { asset, lines }: BatchRecord, seen: Seen): Left[] {
  if (!seen) return []
  const { payments, fee } = seen.mined
  const paid = lines.reduce((sum, { amount }, line) => sum + (payments[line]?.ok ? BigInt(amount) : 0n), 0n)
  return [
    { asset, amount: paid },
    { asset: chain.fee_coin, amount: fee },
  ]
}

/** What the wallet did that no batch explains. */
async function walletFindings(db: Db, chain: Chain, wallet: WalletRecord): Promise<Finding[]> {
  const { network, address, next_nonce } = wallet
  const object = (nonce: bigint) => `${network} ${address} nonce ${nonce}`
  const coins = await chain.coins()
  if (coins) {
    const missing = await missingCoins(db, wallet, coins)
    return missing.map((outpoint) => ({
      kind: 'coin_spent_elsewhere',
      object: outpoint,
      expected: 'unspent, or spent by a batch',
      found: 'spent',
    }))
  }
  // The chain before the database, which only grows: what is loose then is loose.
  const used = (await chain.chainNonce()) ?? 0n
  const announced = (await chain.pendingNonce?.()) ?? used
  const end = announced > next_nonce ? announced : next_nonce
  const findings: Finding[] = []
  for (const nonce of await looseNonces(db, wallet, end, MOST)) {
    if (nonce >= announced) {
      const found = 'handed out, and in none'
      findings.push({ kind: 'nonce_without_batch', object: object(nonce), expected: 'in a batch', found })
      continue
    }
    const spent = nonce < used ? await chain.findByNonce?.(nonce) : null
    const what = spent ? `${spent.hash}, to ${spent.to ?? 'a new contract'}, value ${spent.value}` : null
    const found =
      what ?? (nonce < used ? 'used, by a transaction that the node does not show' : 'waits in the pool')
    findings.push({ kind: 'unknown_transaction', object: object(nonce), expected: 'a batch of ours', found })
  }
  return findings
}
