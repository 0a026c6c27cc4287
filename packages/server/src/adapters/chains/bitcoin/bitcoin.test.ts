import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { inspect } from 'node:util'
import { Transaction } from '@scure/btc-signer'
import type { Chain, Coin, Intent, Limits, Planned, Transfer } from '../../chain.ts'
import {
  type BitcoinTestWorld,
  newPayee,
  openBitcoinWorld,
} from '../../../../../../test/support/bitcoinWorld.ts'

const OTHER_KEY = `0x${'6d'.repeat(32)}` as const
const CAP = 10_000_000n

describe('bitcoin, with the rules that it has alone', () => {
  let world: BitcoinTestWorld
  let chain: Chain
  before(async () => {
    world = await openBitcoinWorld()
    chain = world.chain
  })
  after(() => world.close())

  const paymentOf = (amount = 100_000n, to = newPayee()): Transfer => ({ asset: 'BTC', to, amount })
  const orderOf = (...payments: Transfer[]) => ({ id: `pb_${randomUUID()}`, payments })
  const coinsOf = async (of = chain): Promise<readonly Coin[]> => (await of.coins()) ?? []
  const limits = async (of = chain, fee_cap = CAP): Promise<Limits> => ({ coins: await coinsOf(of), fee_cap })
  const intentOf = (planned: Planned): Intent => {
    assert.ok(planned.ok, inspect(planned))
    return planned.intent
  }
  const held = (planned: Planned) => {
    assert.ok(!planned.ok, inspect(planned))
    return planned
  }
  const planned = async (...payments: Transfer[]) =>
    intentOf(await chain.plan(orderOf(...payments), await limits()))
  const sent = async (intent: Intent, by = chain) => {
    const { raw, hash } = await by.sign(intent, null)
    assert.equal(await by.broadcast(raw), 'accepted')
    return {
      raw,
      hash,
      vsize: Transaction.fromRaw(Buffer.from(raw, 'hex'), { allowUnknownOutputs: true }).vsize,
    }
  }
  const rate = async (satPerKvb: number | null) => world.rpc('skiro_setfeerate', satPerKvb)
  /** A wallet of its own with these coins, confirmed. */
  const walletWith = async (key: `0x${string}`, amounts: readonly bigint[]): Promise<Chain> => {
    const wallet = await world.chainOf(key)
    const to = await wallet.walletAddress()
    await sent(await planned(...amounts.map((amount) => paymentOf(amount, to))))
    await world.mine(1)
    return wallet
  }
  const key = (n: number) => `0x${n.toString(16).padStart(64, '0')}` as const

  it('pays every kind of address there is, in one transaction', async () => {
    const payments = [
      paymentOf(294n + 252n, 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080'),
      paymentOf(1_000n, 'bcrt1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqc8gma6'),
      paymentOf(1_001n, 'mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn'),
      paymentOf(1_002n, '2N9hLwkSqr1cPQAPxbrGVUjxyjD11G2e1he'),
    ]
    for (const { to } of payments) assert.deepEqual(chain.parseAddress(to), { ok: true, address: to })
    const intent = await planned(...payments)
    const { hash } = await sent(intent)
    await world.mine(1)
    const status = await chain.status(hash, intent)
    assert.ok(status.state === 'mined' && status.payments.every(({ ok }) => ok), inspect(status))
    for (const { to, amount } of payments) assert.equal(await chain.balanceOf('BTC', to), amount)
  })

  it('makes 250 payments at once, and the node takes them', async () => {
    const intent = await planned(...Array.from({ length: 250 }, (_, i) => paymentOf(1_000n + BigInt(i))))
    const { hash, vsize } = await sent(intent)
    assert.ok(
      vsize <= Number(intent.fields['vsize']) &&
        vsize >= Number(intent.fields['vsize']) - intent.coins.length,
    )
    await world.mine(1)
    const status = await chain.status(hash, intent)
    assert.ok(status.state === 'mined' && status.payments.filter(({ ok }) => ok).length === 250)
    assert.equal(status.fee, intent.fee)
  })

  it('names the payment that is too small, and pays the smallest', async () => {
    const least = world.chainWith({ min_payment: 0 })
    const small = await least.plan(orderOf(paymentOf(), paymentOf(293n)), await limits())
    assert.deepEqual([held(small).reason, held(small).payment], ['below_minimum', 1])
    await sent(intentOf(await least.plan(orderOf(paymentOf(294n)), await limits())))
    const below = await chain.plan(orderOf(paymentOf(545n)), await limits())
    assert.equal(held(below).reason, 'below_minimum')
    await world.mine(1)
  })

  it('takes the fee from the estimate, from the configuration without one, and never less than the network takes', async () => {
    const feeRate = async (of = chain) => {
      const { fee, fields } = intentOf(await of.plan(orderOf(paymentOf()), await limits()))
      return Number(fee) / Number(fields['vsize'])
    }
    await rate(null)
    assert.ok(Math.abs((await feeRate()) - 10) < 0.01)
    assert.ok(Math.abs((await feeRate(world.chainWith({ fallback_fee_rate: 3.5 }))) - 3.5) < 0.01)
    await rate(7_250)
    assert.ok(Math.abs((await feeRate()) - 7.25) < 0.01)
    await rate(12)
    assert.ok(Math.abs((await feeRate()) - 1) < 0.01)
    await rate(null)
  })

  it('spends only the coins that it is offered, and none that the node does not have', async () => {
    const [first, second] = await coinsOf()
    assert.ok(first && second)
    const only = intentOf(await chain.plan(orderOf(paymentOf()), { coins: [second], fee_cap: CAP }))
    assert.deepEqual(only.coins, [second.outpoint])
    const gone = { outpoint: `${'ab'.repeat(32)}:0`, amount: 10n ** 9n }
    const lied = { ...first, amount: first.amount * 2n }
    for (const coins of [[], [gone], [lied]]) {
      const nothing = await chain.plan(orderOf(paymentOf()), { coins, fee_cap: CAP })
      assert.equal(held(nothing).reason, 'insufficient_treasury')
    }
  })

  it('returns the rest, unless it would be dust: then it is part of the fee', async () => {
    const wallet = await walletWith(key(0xa1), [50_000n])
    const plan = async (amount: bigint) =>
      intentOf(await wallet.plan(orderOf(paymentOf(amount)), await limits(wallet)))
    const fee = (await plan(10_000n)).fee
    const some = await plan(50_000n - fee - 294n)
    assert.deepEqual([some.fields['change'], some.fee], ['294', fee])
    const none = await plan(50_000n - fee - 293n)
    assert.deepEqual([none.fields['change'], none.fee], ['0', fee + 293n])
    await sent(none, wallet)
    await world.mine(1)
    assert.equal(await wallet.balance('BTC'), 0n)
  })

  it('spends its own change before it is in a block only when told to, and never what others sent', async () => {
    const wallet = await walletWith(key(0xa2), [300_000n])
    const eager = world.chainWith({ spend_unconfirmed: true })
    const to = await eager.walletAddress()
    const before = await coinsOf()
    const intent = await planned(paymentOf())
    const change = intent.fields['outputs']
      ?.split(' ')
      .findIndex((output) => output.startsWith('0014') && output.endsWith(`:${intent.fields['change']}`))
    const { hash } = await sent(intent)
    // Somebody pays us: unconfirmed, and theirs to take back.
    await sent(intentOf(await wallet.plan(orderOf(paymentOf(100_000n, to)), await limits(wallet))), wallet)
    const left = before
      .filter(({ outpoint }) => !intent.coins.includes(outpoint))
      .map(({ outpoint }) => outpoint)
    assert.deepEqual((await coinsOf()).map(({ outpoint }) => outpoint).toSorted(), left.toSorted())
    const more = (await coinsOf(eager)).map(({ outpoint }) => outpoint)
    assert.deepEqual(more.toSorted(), [...left, `${hash}:${change}`].toSorted())
    await world.mine(1)
    assert.equal((await coinsOf()).length, left.length + 2)
  })

  it('raises a fee with all coins and payees kept, by what BIP 125 asks and an eighth at least', async () => {
    const payments = [paymentOf(), paymentOf(200_000n)]
    const slow = await planned(...payments)
    const { vsize, hash } = await sent(slow)
    const fast = intentOf(await chain.bump(slow, await limits()))
    assert.ok(fast.fee >= slow.fee + BigInt(vsize) && fast.fee * 8n >= slow.fee * 9n)
    assert.deepEqual([fast.coins, fast.payments], [slow.coins, slow.payments])
    assert.equal(BigInt(slow.fields['change'] ?? 0) - BigInt(fast.fields['change'] ?? 0), fast.fee - slow.fee)
    const last = await sent(fast)
    assert.deepEqual(await chain.status(hash, slow), { state: 'unseen' })
    await world.mine(1)
    const status = await chain.status(last.hash, fast)
    assert.ok(status.state === 'mined' && status.fee === fast.fee && status.payments.every(({ ok }) => ok))
  })

  it('pays for what payees have spent already, which falls with the old version', async () => {
    const payee = await world.chainOf(OTHER_KEY)
    const to = await payee.walletAddress()
    const slow = await planned(paymentOf(500_000n, to))
    const { hash } = await sent(slow)
    // The payee hangs a dear transaction on it.
    const at = slow.fields['outputs']?.split(' ').findIndex((output) => output.endsWith(':500000')) ?? -1
    const spent = {
      ...slow,
      id: 'child',
      payments: [paymentOf(400_000n)],
      coins: [`${hash}:${at}`],
      fee: 100_000n,
    }
    const [output] = spent.payments
    assert.ok(output)
    const script = (await planned(output)).fields['outputs']
      ?.split(' ')
      .find((one) => one.endsWith(':400000'))
    const child: Intent = {
      ...spent,
      fields: { ...slow.fields, inputs: `${hash}:${at}:500000`, outputs: script ?? '' },
    }
    await sent(child, payee)
    const fast = intentOf(await chain.bump(slow, await limits()))
    assert.ok(fast.fee > slow.fee + 100_000n, `${fast.fee}`)
    await sent(fast)
    await world.mine(1)
    assert.equal(await chain.balanceOf('BTC', to), 500_000n)
  })

  it('adds a confirmed coin when the change does not pay the higher fee, and says so when there is none', async () => {
    const wallet = await walletWith(key(0xa3), [20_000n, 30_000n])
    const all = await coinsOf(wallet)
    const small = all.filter(({ amount }) => amount === 20_000n)
    const slow = intentOf(await wallet.plan(orderOf(paymentOf(18_300n)), { coins: small, fee_cap: CAP }))
    assert.deepEqual([slow.coins, slow.fields['change']], [[small[0]?.outpoint], '0'])
    await sent(slow, wallet)
    await rate(30_000)
    const none = held(await wallet.bump(slow, { coins: [], fee_cap: CAP }))
    assert.equal(none.reason, 'fee_too_high')
    const fast = intentOf(await wallet.bump(slow, { coins: all, fee_cap: CAP }))
    assert.deepEqual(fast.coins.toSorted(), all.map(({ outpoint }) => outpoint).toSorted())
    const { hash } = await sent(fast, wallet)
    await rate(null)
    await world.mine(1)
    const status = await wallet.status(hash, fast)
    assert.ok(status.state === 'mined' && status.payments[0]?.ok)
  })

  it('does not replace what a later batch of ours hangs on', async () => {
    const eager = world.chainWith({ spend_unconfirmed: true })
    const first = intentOf(await eager.plan(orderOf(paymentOf()), await limits(eager)))
    const { hash } = await sent(first)
    const change = (await coinsOf(eager)).filter(({ outpoint }) => outpoint.startsWith(hash))
    assert.equal(change.length, 1)
    const second = intentOf(await eager.plan(orderOf(paymentOf()), { coins: change, fee_cap: CAP }))
    await sent(second)
    const refused = held(await eager.bump(first, await limits(eager)))
    assert.match(refused.detail, /later transaction spends its change/)
    // Raising the later one lifts both.
    const { hash: lifted } = await sent(intentOf(await eager.bump(second, await limits(eager))))
    await world.mine(1)
    assert.equal((await eager.status(hash, first)).state, 'mined')
    assert.equal((await eager.status(lifted, second)).state, 'mined')
  })

  it('cancels what was raised, and raises a cancellation', async () => {
    const intent = await planned(paymentOf())
    await sent(intent)
    const raised = intentOf(await chain.bump(intent, await limits()))
    await sent(raised)
    const nothing = intentOf(await chain.cancel(raised, await limits()))
    assert.deepEqual(nothing.coins, intent.coins)
    const again = intentOf(await chain.bump(nothing, await limits()))
    await sent(nothing)
    await sent(again)
    await world.mine(1)
    const [payment] = intent.payments
    assert.equal(await chain.balanceOf('BTC', payment?.to ?? ''), 0n)
  })

  it('counts depth, and starts again when the block falls', async () => {
    const shallow = world.chainWith({ confirmations: 2 })
    const intent = await planned(paymentOf())
    const { hash, raw } = await sent(intent)
    await world.mine(1)
    const first = await shallow.status(hash, intent)
    assert.ok(first.state === 'mined' && !first.final)
    await world.mine(1)
    const second = await shallow.status(hash, intent)
    assert.ok(second.state === 'mined' && second.final && second.confirmations === 2)
    assert.ok(await chain.status(hash, intent).then((status) => status.state === 'mined' && !status.final))
    await world.undo(2)
    assert.deepEqual(await shallow.status(hash, intent), { state: 'unseen' })
    assert.equal(await shallow.broadcast(raw), 'accepted')
    await world.mine(1)
    const moved = await shallow.status(hash, intent)
    assert.ok(moved.state === 'mined' && !moved.final && moved.block_hash !== first.block_hash)
  })

  it('counts two equal payments as two', async () => {
    const payment = paymentOf()
    const intent = await planned(payment)
    const { hash } = await sent(intent)
    await world.mine(1)
    const twice = await chain.status(hash, { ...intent, payments: [payment, payment] })
    assert.ok(twice.state === 'mined')
    assert.deepEqual(
      twice.payments.map(({ ok }) => ok),
      [true, false],
    )
  })

  it('says what is missing when the node has no wallet that watches the address', async () => {
    const { rpc_url } = world.config
    await assert.rejects(
      world.chainWith({ chain: 'mainnet' }).probe(),
      /begins with 0f9188f1.* that of mainnet/,
    )
    const wrong = world.chainWith({ rpc_url: rpc_url.replace(/:[0-9a-f]{32}@/, ':secret-word@') })
    await assert.rejects(wrong.probe(), (error: Error) => {
      assert.match(error.message, /does not take this user and password/)
      assert.doesNotMatch(inspect(error, { depth: 9 }), /secret-word|127\.0\.0\.1/)
      return true
    })
  })
})
