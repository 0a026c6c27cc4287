import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { p2tr, p2wpkh, SigHash, Transaction } from '@scure/btc-signer'
import { secp256k1 } from '@noble/curves/secp256k1'
import { hexToBytes } from 'viem'
import { MAC_KEY, SIGNER_KEY } from '../../../../../../test/support/signing.ts'
import { AddressMac } from '../../../lib/addressMac.ts'
import { Secret } from '../../../lib/secrets.ts'
import type { Refusal, SigningRequest } from '../../signer.ts'
import { createGuardedSigner } from '../guarded/index.ts'
import { createLocalSigner } from '../local.ts'
import { createBitcoinShape } from './bitcoinShape.ts'
import { openFileJournal } from './fileJournal.ts'

const REGTEST = { bech32: 'bcrt', pubKeyHash: 0x6f, scriptHash: 0xc4, wif: 0xef }
const folder = await mkdtemp(join(tmpdir(), 'skiro-bitcoin-'))
const journal = await openFileJournal(join(folder, 'journal'))
after(async () => {
  await journal.close()
  await rm(folder, { recursive: true })
})

const mac = new AddressMac([new Secret(MAC_KEY)])
const signer = createGuardedSigner(createLocalSigner(SIGNER_KEY), {
  shapes: new Map([['bitcoin', createBitcoinShape(REGTEST)]]),
  policy: {
    caps: { BTC: { transaction: 10n ** 8n, hour: 10n ** 10n, day: 10n ** 10n } },
    fees: { BTC: { transaction: 20_000n, hour: 10n ** 8n, day: 10n ** 8n } },
  },
  mac,
  livemode: false,
  journal,
})
const secret = hexToBytes(SIGNER_KEY)
const own = p2wpkh(secp256k1.getPublicKey(secret), REGTEST)
const payees = [0x11, 0x12].map(
  (byte) => p2wpkh(secp256k1.getPublicKey(Buffer.alloc(32, byte)), REGTEST).address ?? '',
)
const taproot =
  p2tr(secp256k1.getPublicKey(Buffer.alloc(32, 0x13)).subarray(1), undefined, REGTEST).address ?? ''

let coins = 0
const coin = (amount: bigint) => ({ txid: (++coins).toString(16).padStart(64, '0'), index: 1, amount })
type Coin = ReturnType<typeof coin>

function transactionOf(inputs: readonly Coin[], outputs: readonly (readonly [to: string, amount: bigint])[]) {
  const tx = new Transaction({ allowUnknownOutputs: true, disableScriptCheck: true })
  for (const { txid, index } of inputs) tx.addInput({ txid, index, sequence: 0xfffffffd })
  for (const [to, amount] of outputs) tx.addOutputAddress(to, amount, REGTEST)
  return tx
}

function requestOf(
  id: string,
  inputs: readonly Coin[],
  payments: readonly (readonly [to: string, amount: bigint])[],
  change: bigint,
  tx = transactionOf(inputs, [...payments, ...(change > 0n ? [[own.address ?? '', change] as const] : [])]),
): SigningRequest {
  return {
    network: 'bitcoin',
    unsigned: `0x${Buffer.from(tx.unsignedTx).toString('hex')}`,
    input_amounts: inputs.map(({ amount }) => amount),
    order: {
      id,
      payments: payments.map(([to, amount]) => {
        const claim = { merchant_id: 'mer_1', livemode: false, asset: 'BTC', network: 'bitcoin', address: to }
        return { ...claim, to, amount, mac: mac.make(claim).toString('hex') }
      }),
    },
  }
}

const refuses = (request: SigningRequest, reason: Refusal) =>
  assert.rejects(signer.signTransaction(request), { name: 'SigningRefused', reason })

test('signs every input as the library does, and pays whoever the order says, in any order of outputs', async () => {
  const inputs = [coin(50_000n), coin(60_000n), coin(70_000n)]
  const payments = [
    [payees[0] ?? '', 30_000n],
    [taproot, 40_000n],
    [payees[1] ?? '', 50_000n],
  ] as const
  const outputs = [payments[2], [own.address ?? '', 55_000n], payments[0], payments[1]] as const
  const tx = transactionOf(inputs, outputs)
  const signatures = await signer.signTransaction(requestOf('pb_1', inputs, payments, 0n, tx))
  assert.equal(signatures.length, 3)
  for (const [i, { r, s }] of signatures.entries()) {
    // The digest as the library makes it for a wallet of its own.
    const digest = tx.preimageWitnessV0(i, p2pkhScript(own.script), SigHash.ALL, inputs[i]?.amount ?? 0n)
    const signature = new secp256k1.Signature(BigInt(r), BigInt(s))
    assert.ok(secp256k1.verify(signature, digest, secp256k1.getPublicKey(secret), { prehash: false }))
  }
})

test('takes higher fees and a cancellation of the same coins, not other coins or other payments', async () => {
  const inputs = [coin(50_000n), coin(60_000n)]
  const pay = [[payees[0] ?? '', 100_000n]] as const
  await signer.signTransaction(requestOf('pb_2', inputs, pay, 8_000n))
  await signer.signTransaction(requestOf('pb_2', [coin(9_000n), ...inputs], pay, 9_000n))
  await signer.signTransaction(requestOf('pb_2', inputs, [], 105_000n))
  await refuses(requestOf('pb_2', [coin(110_000n)], pay, 8_000n), 'signed_before')
  await refuses(requestOf('pb_2', inputs, [[payees[1] ?? '', 100_000n]], 8_000n), 'signed_before')
  await refuses(requestOf('pb_3', inputs, pay, 8_000n), 'signed_before')
})

test('refuses what it cannot read or may not pay', async () => {
  const inputs = [coin(50_000n)]
  const pay = [[payees[0] ?? '', 40_000n]] as const
  const good = requestOf('pb_x', inputs, pay, 9_000n)
  await refuses({ ...good, input_amounts: [] }, 'not_allowed')
  await refuses({ ...good, input_amounts: [48_000n] }, 'not_allowed')
  await refuses({ ...good, unsigned: `${good.unsigned}00` }, 'not_allowed')
  await refuses({ ...good, unsigned: '0x' }, 'not_allowed')
  const data = transactionOf(inputs, pay)
  data.addOutput({ script: Uint8Array.from([0x6a, 1, 1]), amount: 0n })
  await refuses(requestOf('pb_x', inputs, pay, 0n, data), 'not_allowed')
  const two = transactionOf(inputs, [...pay, [payees[1] ?? '', 1_000n]])
  await refuses(requestOf('pb_x', inputs, pay, 0n, two), 'other_payments')
  await refuses(requestOf('pb_x', [coin(90_000n)], pay, 0n), 'over_fee_cap')
})

test('a lie about what a coin holds is told once, so two of them never make one higher fee', async () => {
  const [a, b, c] = [coin(1_000_000n), coin(1_000_000n), coin(10_000n)]
  const pay = [[payees[0] ?? '', 1_000_000n]] as const
  // Truly the fee is 1,010,000: each lie hides it from the cap, and the signatures of the other inputs are good.
  const lie = (first: bigint, second: bigint) =>
    requestOf('pb_4', [{ ...c }, { ...a, amount: first }, { ...b, amount: second }], pay, 0n)
  await refuses(lie(1_000_000n, 1_000_000n), 'over_fee_cap')
  await signer.signTransaction(lie(1_000n, 1_000_000n))
  await refuses(lie(1_000_000n, 1_000n), 'signed_before')
})

function p2pkhScript(script: Uint8Array): Uint8Array {
  return Uint8Array.from([0x76, 0xa9, 0x14, ...script.subarray(2), 0x88, 0xac])
}
