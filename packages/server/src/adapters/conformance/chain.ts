import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { inspect } from 'node:util'
import { ProviderError } from '../../lib/errors.ts'
import type { Crypto } from '../../lib/money.ts'
import type {
  AddressVerdict,
  Chain,
  Intent,
  Limits,
  Order,
  SignedTransaction,
  TransactionMined,
  Transfer,
} from '../chain.ts'

/**
 * A running test network with a funded wallet on it, and the ways to move and break it. The wallet holds enough of each
 * asset for some forty payments of `unit`, and, where it spends coins, several of them.
 */
export type ChainWorld = {
  readonly chain: Chain
  /** Same network, a wallet that holds nothing, and no vault. */
  readonly penniless: Chain
  /** Set up for another network than the one its node serves. */
  readonly misconfigured: Chain
  /** Its node is down; the URL contains the word `api-key-in-url`. */
  readonly unreachable: Chain
  /** Blocks on top of a transaction's own that make it final. */
  readonly blocks_to_final: number
  /** Other spellings of valid addresses, and the canonical one. */
  readonly good_addresses: readonly (readonly [text: string, canonical: string])[]
  readonly bad_addresses: readonly (readonly [text: string, code: (AddressVerdict & { ok: false })['code']])[]
  /** A payment that the network makes, in minor units: above dust, and with a last digit that is not 0. */
  unit(asset: Crypto): bigint
  /** An address that holds nothing. */
  newPayee(): string
  mine(blocks: number): Promise<void>
  /** Removes the last blocks. Their transactions are forgotten, not returned to the pool. */
  undo(blocks: number): Promise<void>
  close(): Promise<void>
}

/** More than any test transaction costs, in wei or satoshi. */
const NO_CAP = 10n ** 18n

/** What every chain adapter must do. Run it once per adapter, against a real node. Returns nothing: it registers. */
export function testChain(id: string, open: () => Promise<ChainWorld>): void {
  describe(`${id} as a chain`, () => {
    let world: ChainWorld
    let chain: Chain
    before(async () => {
      world = await open()
      chain = world.chain
    })
    after(() => world.close())

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
    const usedSince = async (nonce: bigint | null): Promise<bigint | null> => {
      const now = await chain.chainNonce()
      return nonce === null || now === null ? null : now - nonce
    }

    it('reads addresses as their owners write them and says what is wrong with others', () => {
      for (const [text, canonical] of world.good_addresses) {
        assert.deepEqual(chain.parseAddress(text), { ok: true, address: canonical })
        assert.deepEqual(chain.parseAddress(canonical), { ok: true, address: canonical })
      }
      for (const [text, code] of world.bad_addresses) {
        const verdict = chain.parseAddress(text)
        assert.ok(!verdict.ok && verdict.code === code, `${text}: ${inspect(verdict)}`)
        assert.ok(verdict.hint.length > 10)
      }
    })

    it('never pays its own wallet', async () => {
      const wallet = await chain.walletAddress()
      const verdict = chain.parseAddress(wallet)
      assert.ok(!verdict.ok && verdict.code === 'forbidden')
      const planned = await plan({ ...transferOf(first()), to: wallet })
      assert.ok(!planned.ok && planned.reason === 'address_not_allowed' && planned.payment === 0)
    })

    it('has either nonces or coins', async () => {
      assert.equal((await chain.chainNonce()) === null, (await chain.coins()) !== null)
      for (const asset of chain.assets) assert.ok(chain.batchMax(asset) >= 1)
    })

    it('pays every asset it lists to the last unit, and once however often it is sent', async () => {
      for (const asset of chain.assets) {
        const transfer = transferOf(asset)
        const nonce = await chain.chainNonce()
        const before = await chain.balance(asset)
        const intent = intentOf(await plan(transfer))
        const { raw, hash } = await chain.sign(intent, nonce)
        assert.deepEqual(await chain.status(hash, intent), { state: 'unseen' })
        assert.equal(await chain.broadcast(raw), 'accepted')
        assert.equal(await chain.broadcast(raw), 'known')
        assert.deepEqual(await chain.status(hash, intent), { state: 'waiting' })
        assert.equal(await chain.balanceOf(asset, transfer.to), 0n)
        await world.mine(1)
        const status = await mined(hash, intent)
        assert.deepEqual(status.payments, [{ ok: true, detail: null }])
        assert.ok(status.confirmations === 1 && !status.final)
        assert.ok(status.fee > 0n && status.fee <= intent.fee, inspect([status.fee, intent.fee]))
        assert.ok(['known', 'conflict'].includes(await chain.broadcast(raw)))
        await world.mine(1)
        assert.equal(await chain.balanceOf(asset, transfer.to), transfer.amount)
        assert.ok([1n, null].includes(await usedSince(nonce)))
        const spent = before - (await chain.balance(asset))
        assert.ok(spent === transfer.amount || spent === transfer.amount + status.fee, `${asset}: ${spent}`)
      }
    })

    it('pays several at once, and judges each', async () => {
      for (const asset of chain.assets.filter((one) => chain.batchMax(one) > 1)) {
        const [one, other] = [transferOf(asset), transferOf(asset)]
        const nonce = await chain.chainNonce()
        // Twice the same: two payments that only their number tells apart.
        const intent = intentOf(await plan(one, other, one))
        const { hash } = await sent(intent)
        await world.mine(1)
        assert.deepEqual(await verdicts(hash, intent), [true, true, true])
        const more = { ...intent, payments: [...intent.payments, one] }
        assert.deepEqual((await verdicts(hash, more)).filter(Boolean).length, 3)
        assert.equal(await chain.balanceOf(asset, one.to), 2n * one.amount)
        assert.equal(await chain.balanceOf(asset, other.to), other.amount)
        assert.ok([1n, null].includes(await usedSince(nonce)))
      }
    })

    it('names the payment that cannot be made, and takes no more than fit', async () => {
      const asset = first()
      const most = chain.batchMax(asset)
      const payments = Array.from({ length: most + 1 }, () => transferOf(asset))
      await assert.rejects(plan(...payments), { name: 'AssertionFailed' })
      await assert.rejects(plan(), { name: 'AssertionFailed' })
      if (most === 1) return
      const wallet = await chain.walletAddress()
      const planned = await plan(transferOf(asset), { ...transferOf(asset), to: wallet }, transferOf(asset))
      assert.ok(!planned.ok && planned.payment === 1, inspect(planned))
    })

    it('calls a transfer final after its blocks and not before', async () => {
      const intent = intentOf(await plan(transferOf(first())))
      const { hash } = await sent(intent)
      await world.mine(world.blocks_to_final)
      const early = await mined(hash, intent)
      assert.equal(early.final, false)
      await world.mine(1)
      const late = await mined(hash, intent)
      assert.deepEqual(
        [late.final, late.confirmations, late.block_hash],
        [true, world.blocks_to_final + 1, early.block_hash],
      )
    })

    it('signs the same bytes for the same intent and nonce, and other bytes for another', async () => {
      const intent = intentOf(await plan(transferOf(first())))
      const stored = structuredClone(intent)
      const nonce = (await chain.chainNonce()) === null ? null : 7n
      const one = await chain.sign(intent, nonce)
      assert.deepEqual(await chain.sign(stored, nonce), one)
      if (nonce !== null) assert.notEqual((await chain.sign(stored, nonce + 1n)).hash, one.hash)
      assert.deepEqual(JSON.parse(JSON.stringify(intent.fields)), intent.fields)
      assert.deepEqual(JSON.parse(JSON.stringify(intent.coins)), intent.coins)
    })

    it('does not take one transfer for another', async () => {
      const transfer = transferOf(first())
      const intent = intentOf(await plan(transfer))
      const { hash } = await sent(intent)
      await world.mine(1)
      const more = { ...transfer, amount: transfer.amount + 1n }
      const elsewhere = { ...transfer, to: world.newPayee() }
      for (const other of [more, elsewhere]) {
        assert.deepEqual(await verdicts(hash, { ...intent, payments: [other] }), [false])
      }
      assert.deepEqual(await verdicts(hash, intent), [true])
    })

    it('survives a reorg by sending the same bytes again', async () => {
      const transfer = transferOf(first())
      const intent = intentOf(await plan(transfer))
      const { raw, hash } = await sent(intent)
      await world.mine(1)
      await mined(hash, intent)
      await world.undo(1)
      assert.deepEqual(await chain.status(hash, intent), { state: 'unseen' })
      assert.equal(await chain.balanceOf(transfer.asset, transfer.to), 0n)
      assert.equal(await chain.broadcast(raw), 'accepted')
      await world.mine(1)
      assert.deepEqual(await verdicts(hash, intent), [true])
      assert.equal(await chain.balanceOf(transfer.asset, transfer.to), transfer.amount)
    })

    it('raises the fee: versions conflict, and one of them is mined', async () => {
      const transfer = transferOf(first())
      const nonce = await chain.chainNonce()
      const slow = intentOf(await plan(transfer))
      const old = await sent(slow)
      const fast = intentOf(await chain.bump(slow, await limits()))
      assert.ok(fast.fee * 8n >= slow.fee * 9n, inspect([slow.fee, fast.fee]))
      assert.deepEqual([fast.id, fast.payments, fast.coins], [slow.id, slow.payments, slow.coins])
      const bumped = await chain.sign(fast, nonce)
      assert.equal(await chain.broadcast(bumped.raw), 'accepted')
      await world.mine(1)
      assert.deepEqual(await verdicts(bumped.hash, fast), [true])
      assert.equal(await chain.broadcast(old.raw), 'conflict')
      assert.deepEqual(await chain.status(old.hash, slow), { state: 'unseen' })
      await world.mine(1)
      assert.equal(await chain.balanceOf(transfer.asset, transfer.to), transfer.amount)
      assert.ok([1n, null].includes(await usedSince(nonce)))
    })

    it('raises a raised fee again, and an older version may still be the one that is mined', async () => {
      const transfer = transferOf(first())
      const nonce = await chain.chainNonce()
      const versions = [intentOf(await plan(transfer))]
      for (let n = 0; n < 2; n++) {
        versions.push(intentOf(await chain.bump(versions.at(-1) as Intent, await limits())))
      }
      const signed = await Promise.all(versions.map((version) => chain.sign(version, nonce)))
      assert.equal(new Set(signed.map(({ hash }) => hash)).size, 3)
      const [, middle, last] = signed
      assert.ok(middle && last && versions[1])
      assert.equal(await chain.broadcast(middle.raw), 'accepted')
      await world.mine(1)
      assert.equal(await chain.broadcast(last.raw), 'conflict')
      assert.deepEqual(await verdicts(middle.hash, versions[1]), [true])
    })

    it('cancels: nothing is paid, and nothing can be any more', async () => {
      const transfer = transferOf(first())
      const nonce = await chain.chainNonce()
      const before = await chain.balance(transfer.asset)
      const intent = intentOf(await plan(transfer))
      const old = await sent(intent)
      const nothing = intentOf(await chain.cancel(intent, await limits()))
      assert.deepEqual([nothing.id, nothing.payments], [intent.id, []])
      const cancelled = await chain.sign(nothing, nonce)
      assert.equal(await chain.broadcast(cancelled.raw), 'accepted')
      await world.mine(1)
      const { payments, fee } = await mined(cancelled.hash, nothing)
      assert.deepEqual(payments, [])
      assert.equal(await chain.broadcast(old.raw), 'conflict')
      assert.equal(await chain.balanceOf(transfer.asset, transfer.to), 0n)
      const lost = before - (await chain.balance(transfer.asset))
      assert.ok(lost === 0n || lost === fee)
      assert.ok([1n, null].includes(await usedSince(nonce)))
    })

    it('keeps to the fee cap, and names both figures', async () => {
      const intent = intentOf(await plan(transferOf(first())))
      const refusals = [
        await chain.plan(orderOf(transferOf(first())), await limits(chain, 1n)),
        await chain.bump(intent, await limits(chain, intent.fee)),
        await chain.cancel(intent, await limits(chain, 1n)),
      ]
      for (const planned of refusals) {
        assert.ok(!planned.ok && planned.reason === 'fee_too_high' && planned.payment === null)
        assert.equal(planned.detail.match(/\d+(?:\.\d+)?/g)?.length, 2, planned.detail)
      }
    })

    it('holds what the treasury cannot pay', async () => {
      for (const asset of chain.assets) {
        const amount = (await chain.balance(asset)) + 1n
        const planned = await plan({ ...transferOf(asset), amount })
        assert.ok(!planned.ok && planned.reason === 'insufficient_treasury', inspect(planned))
        const { penniless } = world
        const poor = await penniless.plan(orderOf(transferOf(asset)), await limits(penniless))
        assert.ok(!poor.ok && poor.reason === 'insufficient_treasury', inspect(poor))
      }
    })

    it('says how the network and the wallet are', async () => {
      const before = await chain.probe()
      await world.mine(1)
      const after = await chain.probe()
      assert.equal(after.block_number, before.block_number + 1n)
      assert.ok(after.block_time >= before.block_time && before.block_time > 1_600_000_000)
      assert.ok(after.fuel.amount > 0n)
      assert.equal(after.fuel.coin, chain.fee_coin)
      assert.deepEqual((await world.penniless.probe()).fuel, { coin: after.fuel.coin, amount: 0n })
    })

    it('does nothing on a node of another network', async () => {
      const intent = intentOf(await plan(transferOf(first())))
      const signed = await chain.sign(intent, await chain.chainNonce())
      for (const call of networkCalls(world.misconfigured, signed, intent)) {
        await assert.rejects(call, (error: unknown) => error instanceof ProviderError)
      }
      // An address of this network may be none of the other.
      const planned = await world.misconfigured
        .plan(orderOf(transferOf(first())), { fee_cap: NO_CAP, coins: [] })
        .catch((error: unknown) => error)
      assert.ok(planned instanceof ProviderError || !(planned as { ok: boolean }).ok, inspect(planned))
      assert.deepEqual(await chain.status(signed.hash, intent), { state: 'unseen' })
    })

    it('says so when its node is down, without quoting the URL', async () => {
      const coins = await limits()
      const intent = intentOf(await chain.plan(orderOf(transferOf(first())), coins))
      const signed = await chain.sign(intent, await chain.chainNonce())
      const { unreachable } = world
      const calls = [
        ...networkCalls(unreachable, signed, intent),
        async () => unreachable.plan(orderOf(transferOf(first())), coins),
        async () => unreachable.bump(intent, coins),
        async () => unreachable.cancel(intent, coins),
      ]
      for (const call of calls) {
        await assert.rejects(call, (error: unknown) => {
          assert.ok(error instanceof ProviderError && error.kind !== 'refused', inspect(error))
          assert.doesNotMatch(inspect(error, { depth: 9 }), /api-key-in-url/)
          return true
        })
      }
      await assert.rejects(unreachable.broadcast(signed.raw), { kind: 'unknown' })
    })
  })
}

/** Every call that has to ask the network. */
function networkCalls(
  chain: Chain,
  { raw, hash }: SignedTransaction,
  intent: Intent,
): (() => Promise<unknown>)[] {
  const [payment] = intent.payments
  assert.ok(payment)
  return [
    ...(intent.coins.length > 0 ? [async () => chain.coins()] : [async () => chain.chainNonce()]),
    async () => chain.balance(payment.asset),
    async () => chain.balanceOf(payment.asset, payment.to),
    async () => chain.broadcast(raw),
    async () => chain.status(hash, intent),
    async () => chain.probe(),
  ]
}
