import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { inspect } from 'node:util'
import type { Crypto } from '../../../lib/money.ts'
import type {
  Chain,
  Intent,
  Limits,
  Order,
  SignedTransaction,
  TransactionMined,
  Transfer,
} from '../../chain.ts'
import type { ChainWorld } from './world.ts'

/** More than any test transaction costs, in wei or satoshi. */
export const NO_CAP = 10n ** 18n

export type Hands = ReturnType<typeof createHands>

/** What the tests of a chain do with it again and again. */
export function createHands(world: ChainWorld) {
  const { chain } = world
  /** A payment to somebody new. */
  const transferOf = (asset: Crypto): Transfer => ({
    asset,
    to: world.newPayee(),
    amount: world.unit(asset),
  })
  const orderOf = (...payments: Transfer[]): Order => ({ id: `pb_${randomUUID()}`, payments })
  const limits = async (of = chain, fee_cap = NO_CAP): Promise<Limits> => {
    return { fee_cap, coins: (await of.coins()) ?? [] }
  }
  const plan = async (...payments: Transfer[]) => chain.plan(orderOf(...payments), await limits())
  const intentOf = (planned: Awaited<ReturnType<Chain['plan']>>): Intent => {
    assert.ok(planned.ok, inspect(planned))
    return planned.intent
  }
  const sent = async (intent: Intent): Promise<SignedTransaction> => {
    const signed = await chain.sign(intent, await chain.chainNonce())
    assert.equal(await chain.broadcast(signed.raw), 'accepted')
    return signed
  }
  const mined = async (hash: string, intent: Intent): Promise<TransactionMined> => {
    const status = await chain.status(hash, intent)
    assert.ok(status.state === 'mined', inspect(status))
    return status
  }
  /** Which of its payments a mined transaction has made. */
  const verdicts = async (hash: string, intent: Intent): Promise<boolean[]> => {
    const { payments } = await mined(hash, intent)
    assert.equal(payments.length, intent.payments.length)
    for (const { ok, detail } of payments) assert.ok(ok ? detail === null : detail && detail.length > 10)
    return payments.map(({ ok }) => ok)
  }
  const first = (): Crypto => {
    const [asset] = chain.assets
    assert.ok(asset)
    return asset
  }
  /** Nonces that the chain has used since; null where it has none. */
  const usedSince = async (nonce: bigint | null): Promise<bigint | null> => {
    const now = await chain.chainNonce()
    return nonce === null || now === null ? null : now - nonce
  }
  return {
    world,
    chain,
    transferOf,
    orderOf,
    limits,
    plan,
    intentOf,
    sent,
    mined,
    verdicts,
    first,
    usedSince,
  }
}
