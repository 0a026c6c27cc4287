import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { after, before, describe, test } from 'node:test'
import { Address, OutScript, Transaction } from '@scure/btc-signer'
import { type SandboxBitcoin, startBitcoin } from './bitcoin.ts'
import { bitcoinAddressOf } from './bitcoin/address.ts'
import { isAlive, waitUntil } from './processes.ts'
import { bitcoinRpc } from '../../../test/support/bitcoinRpc.ts'

const KEY = `0x${'5c'.repeat(32)}` as const
const SECRET = Buffer.from(KEY.slice(2), 'hex')
const REGTEST = { bech32: 'bcrt', pubKeyHash: 0x6f, scriptHash: 0xc4, wif: 0xef }
const TREASURY = bitcoinAddressOf(KEY)
const script = OutScript.encode(Address(REGTEST).decode(TREASURY))
const PAYEE = bitcoinAddressOf(`0x${'07'.repeat(32)}`)

type Unspent = { txid: string; vout: number; amount: number; confirmations: number; scriptPubKey: string }
type Spend = { coins: readonly Unspent[]; fee: number; outputs?: readonly bigint[]; to?: string }

describe('the Bitcoin node of the sandbox answers as Bitcoin Core does', () => {
  let folder: string
  let node: SandboxBitcoin
  const rpc = async <T>(method: string, ...params: unknown[]) =>
    bitcoinRpc<T>(node.rpc_url, method, ...params)
  const start = async () => startBitcoin({ folder, port: 0, treasury: TREASURY, block_time_s: 0 })
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'skiro-bitcoin-'))
    node = await start()
  })
  after(async () => {
    await node.stop()
    await rm(folder, { recursive: true })
  })

  const coins = async () => rpc<Unspent[]>('listunspent')
  const coin = async (): Promise<Unspent> => {
    const [first] = await coins()
    assert.ok(first)
    return first
  }
  const mine = async (blocks: number) => rpc<string[]>('generatetoaddress', blocks, PAYEE)
  /** Signed by the treasury: spends the coins, pays `outputs` to the payee and the rest back. */
  const spend = ({ coins: spent, fee, outputs = [100_000n], to = PAYEE }: Spend) => {
    const tx = new Transaction({ allowUnknownOutputs: true })
    let left = -BigInt(fee)
    for (const { txid, vout, amount } of spent) {
      const value = BigInt(Math.round(amount * 1e8))
      tx.addInput({ txid, index: vout, witnessUtxo: { script, amount: value }, sequence: 0xfffffffd })
      left += value
    }
    for (const amount of outputs) {
      tx.addOutputAddress(to, amount, REGTEST)
      left -= amount
    }
    if (left > 0n) tx.addOutput({ script, amount: left })
    tx.sign(SECRET)
    tx.finalize()
    return { raw: Buffer.from(tx.extract()).toString('hex'), id: tx.id, vsize: tx.vsize }
  }
  const refused = async (raw: string, reason: RegExp) => {
    const before = await rpc<string[]>('getrawmempool')
    const [tried] = await rpc<{ allowed: boolean; 'reject-reason': string }[]>('testmempoolaccept', [raw])
    assert.equal(tried?.allowed, false)
    await assert.rejects(rpc('sendrawtransaction', raw), reason)
    assert.deepEqual(await rpc<string[]>('getrawmempool'), before)
  }

  test('asks for the password and knows what it does not know', async () => {
    const { origin } = new URL(node.rpc_url)
    const body = JSON.stringify({ method: 'stop', params: [] })
    for (const headers of [{}, { authorization: `Basic ${btoa('skiro:guessed')}` }]) {
      assert.equal((await fetch(origin, { method: 'POST', body, headers })).status, 401)
    }
    await assert.rejects(rpc('stop'), /Method not found/)
    await assert.rejects(rpc('toString'), /Method not found/)
    await assert.rejects(rpc('getblockhash', 1_000_000), /Block height out of range/)
    await assert.rejects(rpc('getmempoolentry', 'ab'.repeat(32)), /Transaction not in mempool/)
    await assert.rejects(rpc('gettransaction', 'ab'.repeat(32)), /Invalid or non-wallet transaction id/)
    assert.equal(
      await rpc('getblockhash', 0),
      '0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206',
    )
  })

  test('takes what is right, and tells a trial from the real thing', async () => {
    const { raw, id, vsize } = spend({ coins: [await coin()], fee: 200 })
    const [tried] = await rpc<unknown[]>('testmempoolaccept', [raw])
    assert.deepEqual(tried, { txid: id, wtxid: id, allowed: true, vsize, fees: { base: 0.000002 } })
    assert.deepEqual(await rpc('getrawmempool'), [])
    assert.equal(await rpc('sendrawtransaction', raw), id)
    assert.equal(await rpc('sendrawtransaction', raw), id)
    assert.deepEqual(await rpc('getrawmempool'), [id])
    const { fees } = await rpc<{ fees: { base: number } }>('getmempoolentry', id)
    assert.equal(fees.base, 0.000002)
    const [hash] = await mine(1)
    const mined = await rpc<{ confirmations: number; blockhash: string }>('getrawtransaction', id, true)
    assert.deepEqual([mined.confirmations, mined.blockhash], [1, hash])
    assert.ok((await rpc<{ tx: string[] }>('getblock', hash)).tx.includes(id))
    await assert.rejects(rpc('sendrawtransaction', raw), /already in utxo set/)
  })

  test('refuses what bcoin takes or says to have taken', async () => {
    const from = [await coin()]
    await refused(spend({ coins: from, fee: 0 }).raw, /min relay fee not met, 0 < 141/)
    await refused(spend({ coins: from, fee: 140 }).raw, /min relay fee not met, 140 < 141/)
    await refused(spend({ coins: from, fee: 200, outputs: [293n] }).raw, /^Error: sendrawtransaction: dust$/)
    await refused(spend({ coins: from, fee: 2_000_000 }).raw, /Fee exceeds maximum/)
    const gone = [{ ...(await coin()), txid: 'ab'.repeat(32) }]
    await refused(spend({ coins: gone, fee: 200 }).raw, /bad-txns-inputs-missingorspent/)
    const { raw } = spend({ coins: from, fee: 200 })
    // One bit of the signature.
    const at = raw.search(/024[78]30/) + 40
    const bad = raw.slice(0, at) + (Number.parseInt(raw[at] ?? '', 16) ^ 1).toString(16) + raw.slice(at + 1)
    await refused(bad, /script-verify-flag/)
    await assert.rejects(rpc('sendrawtransaction', '00'), /TX decode failed/)
  })

  test('replaces by the rules of BIP 125, to the satoshi', async () => {
    const all = await coins()
    const [first, second] = all
    assert.ok(first && second)
    const old = spend({ coins: [first], fee: 1_000 })
    await rpc('sendrawtransaction', old.raw)
    await refused(spend({ coins: [first], fee: 900 }).raw, /insufficient fee, rejecting replacement/)
    await refused(
      spend({ coins: [first], fee: 1_000 + 140 }).raw,
      /not enough additional fees to relay; 140 < 141/,
    )
    await refused(spend({ coins: [first, second], fee: 1_200 }).raw, /new feerate <= old feerate/)
    // Hangs on the old one, and has to be paid for when it falls with it.
    const child = spend({
      coins: [{ ...first, txid: old.id, vout: 1, amount: first.amount - 0.00101 }],
      fee: 5_000,
    })
    await rpc('sendrawtransaction', child.raw)
    await refused(spend({ coins: [first], fee: 6_000 + 140 }).raw, /not enough additional fees/)
    const dear = spend({ coins: [first], fee: 6_000 + 141, outputs: [200_000n] })
    await rpc('sendrawtransaction', dear.raw)
    assert.deepEqual(await rpc('getrawmempool'), [dear.id])
    await mine(1)
    await assert.rejects(rpc('sendrawtransaction', old.raw), /bad-txns-inputs-missingorspent/)
  })

  test('puts back what was in a block that falls, children too', async () => {
    const from = await coin()
    const parent = spend({ coins: [from], fee: 1_000 })
    const child = spend({
      coins: [{ ...from, txid: parent.id, vout: 1, amount: from.amount - 0.00101 }],
      fee: 500,
    })
    await rpc('sendrawtransaction', parent.raw)
    await rpc('sendrawtransaction', child.raw)
    const [hash] = await mine(1)
    const waiting = spend({ coins: [await coin()], fee: 300 })
    await rpc('sendrawtransaction', waiting.raw)
    await rpc('invalidateblock', hash)
    const pool = await rpc<string[]>('getrawmempool')
    assert.deepEqual(pool.toSorted(), [parent.id, child.id, waiting.id].toSorted())
    await mine(1)
    assert.deepEqual(await rpc('getrawmempool'), [])
    assert.notEqual(await rpc('getbestblockhash'), hash)
  })

  test('goes on after a restart, with what waits and what it watches', async () => {
    const other = bitcoinAddressOf(`0x${'08'.repeat(32)}`)
    await rpc('importdescriptors', [{ desc: `addr(${other})`, timestamp: 'now' }])
    const { raw, id } = spend({ coins: [await coin()], fee: 500, to: other })
    await rpc('sendrawtransaction', raw)
    const state = async () => [
      await rpc('getbestblockhash'),
      await rpc('getrawmempool'),
      (await coins()).length,
    ]
    const before = await state()
    await node.stop()
    node = await start()
    assert.deepEqual(await state(), before)
    await mine(1)
    const received = await rpc<Unspent[]>('listunspent', 1, 99, [other])
    assert.deepEqual(
      received.map(({ txid }) => txid),
      [id],
    )
  })

  test('loses no block when it is killed', async () => {
    await mine(3)
    const best = await rpc('getbestblockhash')
    process.kill(node.pid, 'SIGKILL')
    await node.exited
    node = await start()
    assert.equal(await rpc('getbestblockhash'), best)
  })
})

test('the node ends when the sandbox is killed with -9', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'skiro-bitcoin-'))
  const options = JSON.stringify({ folder, port: 0, treasury: TREASURY })
  const code = `const { startBitcoin } = await import(${JSON.stringify(import.meta.resolve('./bitcoin.ts'))})
    console.log((await startBitcoin(${options})).pid)`
  const program = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const pid = await new Promise<number>((resolve) => {
    createInterface({ input: program.stdout }).once('line', (line) => resolve(Number(line)))
  })
  assert.equal(isAlive(pid), true)
  program.kill('SIGKILL')
  assert.equal(await waitUntil(() => !isAlive(pid), 5_000), true)
  await rm(folder, { recursive: true })
})

test('it mines by itself while a payment is confirmed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'skiro-bitcoin-'))
  const node = await startBitcoin({ folder, port: 0, treasury: TREASURY, block_time_s: 0.05 })
  try {
    const height = async () => bitcoinRpc<number>(node.rpc_url, 'getblockcount')
    const before = await height()
    const [coin] = await bitcoinRpc<Unspent[]>(node.rpc_url, 'listunspent')
    assert.ok(coin)
    const tx = new Transaction()
    tx.addInput({ txid: coin.txid, index: coin.vout, witnessUtxo: { script, amount: 200_000_000n } })
    tx.addOutputAddress(PAYEE, 199_990_000n, REGTEST)
    tx.sign(SECRET)
    tx.finalize()
    await bitcoinRpc(node.rpc_url, 'sendrawtransaction', Buffer.from(tx.extract()).toString('hex'))
    while ((await height()) < before + 6) await new Promise((resolve) => setTimeout(resolve, 20))
    const { confirmations } = await bitcoinRpc<{ confirmations: number }>(
      node.rpc_url,
      'gettransaction',
      tx.id,
    )
    assert.ok(confirmations >= 5)
  } finally {
    await node.stop()
    await rm(folder, { recursive: true })
  }
})
