import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { inspect } from 'node:util'
import { ProviderError } from '../../lib/errors.ts'
import { ASSETS, type Crypto } from '../../lib/money.ts'
import type { AddressVerdict, Chain, SignedTransfer, Transfer, TransferMined } from '../chain.ts'

/** A running test network with a funded wallet on it, and the ways to move and break it. */
export type ChainWorld = {
  readonly chain: Chain
  /** Same network, a wallet that holds nothing. */
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
  /** An address that holds nothing. */
  newPayee(): string
  mine(blocks: number): Promise<void>
  /** Removes the last blocks. Their transactions are forgotten, not returned to the pool. */
  undo(blocks: number): Promise<void>
  close(): Promise<void>
}

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

    /** 1.000001 of the asset, or as near as it has decimals: an amount that shows lost digits. */
    const transferOf = (asset: Crypto): Transfer => {
      const unit = 10n ** BigInt(ASSETS[asset].decimals)
      return { asset, to: world.newPayee(), amount: unit + unit / 1_000_000n }
    }
    const signed = async (transfer: Transfer): Promise<SignedTransfer> => {
      const planned = await chain.plan(transfer)
      assert.ok(planned.ok, inspect(planned))
      return chain.sign(planned.intent, await chain.chainNonce())
    }
    const mined = async (hash: string, transfer: Transfer): Promise<TransferMined> => {
      const status = await chain.status(hash, transfer)
      assert.ok(status.state === 'mined', inspect(status))
      return status
    }
    const first = (): Crypto => {
      const [asset] = chain.assets
      assert.ok(asset)
      return asset
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
      const planned = await chain.plan({ asset: first(), to: wallet, amount: 1n })
      assert.ok(!planned.ok && planned.reason === 'transfer_would_fail')
    })

    it('pays every asset it lists to the last unit, and once however often it is sent', async () => {
      for (const asset of chain.assets) {
        const transfer = transferOf(asset)
        const nonce = await chain.chainNonce()
        const before = await chain.balance(asset)
        const { raw, hash } = await signed(transfer)
        assert.deepEqual(await chain.status(hash, transfer), { state: 'unseen' })
        assert.equal(await chain.broadcast(raw), 'accepted')
        assert.equal(await chain.broadcast(raw), 'known')
        assert.deepEqual(await chain.status(hash, transfer), { state: 'waiting' })
        assert.equal(await chain.balanceOf(asset, transfer.to), 0n)
        await world.mine(1)
        const status = await mined(hash, transfer)
        assert.ok(status.ok && status.detail === null && status.confirmations === 1)
        assert.ok(!status.final && status.fee > 0n)
        assert.ok(['known', 'nonce_used'].includes(await chain.broadcast(raw)))
        await world.mine(1)
        assert.equal(await chain.balanceOf(asset, transfer.to), transfer.amount)
        assert.equal(await chain.chainNonce(), nonce + 1n)
        const spent = before - (await chain.balance(asset))
        assert.ok(spent === transfer.amount || spent === transfer.amount + status.fee, `${asset}: ${spent}`)
      }
    })

    it('calls a transfer final after its blocks and not before', async () => {
      const transfer = transferOf(first())
      const { raw, hash } = await signed(transfer)
      await chain.broadcast(raw)
      await world.mine(world.blocks_to_final)
      const early = await mined(hash, transfer)
      assert.equal(early.final, false)
      await world.mine(1)
      const late = await mined(hash, transfer)
      assert.deepEqual(
        [late.final, late.confirmations, late.block_hash],
        [true, world.blocks_to_final + 1, early.block_hash],
      )
    })

    it('signs the same bytes for the same intent and nonce, and other bytes for another', async () => {
      const planned = await chain.plan(transferOf(first()))
      assert.ok(planned.ok)
      const stored = structuredClone(planned.intent)
      const one = await chain.sign(planned.intent, 7n)
      assert.deepEqual(await chain.sign(stored, 7n), one)
      assert.notEqual((await chain.sign(stored, 8n)).hash, one.hash)
      assert.deepEqual(JSON.parse(JSON.stringify(planned.intent.fields)), planned.intent.fields)
    })

    it('does not take one transfer for another', async () => {
      const transfer = transferOf(first())
      const { raw, hash } = await signed(transfer)
      await chain.broadcast(raw)
      await world.mine(1)
      const more = await mined(hash, { ...transfer, amount: transfer.amount + 1n })
      const elsewhere = await mined(hash, { ...transfer, to: world.newPayee() })
      for (const status of [more, elsewhere]) assert.ok(!status.ok && status.detail)
      assert.ok((await mined(hash, transfer)).ok)
    })

    it('survives a reorg by sending the same bytes again', async () => {
      const transfer = transferOf(first())
      const { raw, hash } = await signed(transfer)
      await chain.broadcast(raw)
      await world.mine(1)
      await mined(hash, transfer)
      await world.undo(1)
      assert.deepEqual(await chain.status(hash, transfer), { state: 'unseen' })
      assert.equal(await chain.balanceOf(transfer.asset, transfer.to), 0n)
      assert.equal(await chain.broadcast(raw), 'accepted')
      await world.mine(1)
      assert.ok((await mined(hash, transfer)).ok)
      assert.equal(await chain.balanceOf(transfer.asset, transfer.to), transfer.amount)
    })

    it('holds what the treasury cannot pay', async () => {
      for (const asset of chain.assets) {
        const amount = (await chain.balance(asset)) + 1n
        const planned = await chain.plan({ asset, to: world.newPayee(), amount })
        assert.ok(!planned.ok && planned.reason === 'insufficient_treasury', inspect(planned))
        const poor = await world.penniless.plan({ asset, to: world.newPayee(), amount: 1n })
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
      assert.deepEqual((await world.penniless.probe()).fuel, { coin: after.fuel.coin, amount: 0n })
    })

    it('does nothing on a node of another network', async () => {
      const { raw, hash } = await signed(transferOf(first()))
      for (const call of networkCalls(world.misconfigured, raw, hash, transferOf(first()))) {
        await assert.rejects(call, (error: unknown) => error instanceof ProviderError)
      }
      assert.deepEqual(await chain.status(hash, transferOf(first())), { state: 'unseen' })
    })

    it('says so when its node is down, without quoting the URL', async () => {
      const { raw, hash } = await signed(transferOf(first()))
      const calls = networkCalls(world.unreachable, raw, hash, transferOf(first()))
      for (const call of calls) {
        await assert.rejects(call, (error: unknown) => {
          assert.ok(error instanceof ProviderError && error.kind !== 'refused', inspect(error))
          assert.doesNotMatch(inspect(error, { depth: 9 }), /api-key-in-url/)
          return true
        })
      }
      await assert.rejects(world.unreachable.broadcast(raw), { kind: 'unknown' })
    })
  })
}

function networkCalls(
  chain: Chain,
  raw: string,
  hash: string,
  transfer: Transfer,
): (() => Promise<unknown>)[] {
  return [
    async () => chain.chainNonce(),
    async () => chain.balance(transfer.asset),
    async () => chain.balanceOf(transfer.asset, transfer.to),
    async () => chain.plan(transfer),
    async () => chain.broadcast(raw),
    async () => chain.status(hash, transfer),
    async () => chain.probe(),
  ]
}
