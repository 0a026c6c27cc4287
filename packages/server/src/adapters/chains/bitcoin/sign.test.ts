import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Transaction } from '@scure/btc-signer'
import { AssertionFailed } from '../../../lib/assert.ts'
import type { Intent } from '../../chain.ts'
import type { Signer, SigningRequest } from '../../signer.ts'
import { openBitcoinSigner } from '../../../../../../test/support/openBitcoinSigner.ts'
import { encodeDer } from './der.ts'
import { createBitcoinChain } from './index.ts'

const CONFIG = { network: 'bitcoin', chain: 'mainnet', rpc_url: 'http://127.0.0.1:1' } as const
const SIGNER = openBitcoinSigner(`0x${'11'.repeat(32)}`)
const CHAIN = createBitcoinChain(CONFIG, SIGNER)
const [ONE, OTHER] = ['bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4', '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa']
const [ONE_SCRIPT, OTHER_SCRIPT] = [
  '0014751e76e8199196d454941c45d1b3a323f1433bd6',
  '76a91462e907b15cbf27d5425399ebf6f0fb50ebb88f1888ac',
]
const OWN_SCRIPT = '0014fc7250a211deddc70ee5a2738de5f07817351cef'
const COINS = [`${'aa'.repeat(32)}:1`, `${'bb'.repeat(32)}:0`]

const INTENT: Intent = {
  id: 'pb_1',
  payments: [
    { asset: 'BTC', to: ONE, amount: 60_000n },
    { asset: 'BTC', to: OTHER, amount: 70_000n },
  ],
  coins: COINS,
  fee: 2_000n,
  fields: {
    chain: 'mainnet',
    version: '2',
    sequence: '4294967293',
    lock_time: '0',
    inputs: `${COINS[0]}:100000 ${COINS[1]}:100000`,
    outputs: `${ONE_SCRIPT}:60000 ${OWN_SCRIPT}:68000 ${OTHER_SCRIPT}:70000`,
    change: '68000',
    vsize: '243',
    fee_rate: '8230',
  },
}

test('builds the transaction the intent describes, without a network', async () => {
  const { raw, hash } = await CHAIN.sign(INTENT, null)
  const read = Transaction.fromRaw(Buffer.from(raw, 'hex'))
  assert.equal(read.id, hash)
  assert.deepEqual([read.version, read.lockTime, read.inputsLength, read.outputsLength], [2, 0, 2, 3])
  assert.ok(read.vsize <= 243 && read.vsize >= 240, `${read.vsize} vB`)
  for (let i = 0; i < 2; i++) {
    const { sequence, finalScriptWitness } = read.getInput(i)
    assert.equal(sequence, 0xfffffffd)
    assert.equal(finalScriptWitness?.[0]?.at(-1), 1, 'SIGHASH_ALL')
  }
})

test('tells the signer what it signs, and what the coins hold', async () => {
  const seen: SigningRequest[] = []
  const signer: Signer = {
    ...SIGNER,
    signTransaction: async (request) => {
      seen.push(request)
      return SIGNER.signTransaction(request)
    },
  }
  const payee = { merchant_id: 'mer_1', livemode: false, mac: 'aa' }
  const payments = INTENT.payments.map((payment) => ({ ...payment, payee }))
  await createBitcoinChain(CONFIG, signer).sign({ ...INTENT, payments }, null)
  assert.deepEqual(
    seen.map(({ network, input_amounts, order }) => ({ network, input_amounts, order })),
    [
      {
        network: 'bitcoin',
        input_amounts: [100_000n, 100_000n],
        order: { id: INTENT.id, payments: INTENT.payments.map((payment) => ({ ...payment, ...payee })) },
      },
    ],
  )
})

test('lets no altered intent out', async () => {
  const change = (fields: Record<string, string>): Intent => ({
    ...INTENT,
    fields: { ...INTENT.fields, ...fields },
  })
  const [first, second] = INTENT.payments
  assert.ok(first && second)
  const altered: Intent[] = [
    { ...INTENT, fee: 2_001n },
    { ...INTENT, coins: [COINS[1] ?? '', COINS[0] ?? ''] },
    { ...INTENT, payments: [{ ...first, amount: 60_001n }, second] },
    { ...INTENT, payments: [{ ...first, to: OTHER }, second] },
    // Pays somebody who is in no payment of it.
    { ...INTENT, payments: [second] },
    { ...INTENT, payments: [] },
    // Twice the same payment, one output.
    { ...INTENT, payments: [first, first, second] },
    change({ chain: 'testnet' }),
    change({ version: '1' }),
    change({ sequence: '4294967295' }),
    change({ lock_time: '1' }),
    change({ inputs: `${COINS[0]}:100000 ${COINS[1]}:100001` }),
    change({ outputs: `${ONE_SCRIPT}:60000 ${OTHER_SCRIPT}:70000` }),
    change({ outputs: `${ONE_SCRIPT}:60000 ${ONE_SCRIPT}:68000 ${OTHER_SCRIPT}:70000` }),
    { ...INTENT, fields: {} },
  ]
  for (const intent of altered) await assert.rejects(CHAIN.sign(intent, null), AssertionFailed)
  await assert.rejects(CHAIN.sign(INTENT, 0n), AssertionFailed)
})

test('lets no signature by another key out', async () => {
  const other = openBitcoinSigner(`0x${'22'.repeat(32)}`)
  const confused: Signer = { ...other, publicKey: async () => SIGNER.publicKey() }
  await assert.rejects(createBitcoinChain(CONFIG, confused).sign(INTENT, null), /not by the wallet/)
})

test('writes signatures as BIP 66 wants them', () => {
  const word = (start: string) => `0x${start.padEnd(64, '1')}` as const
  const short: `0x${string}` = `0x${'0'.repeat(60)}7f01`
  const hex = (r: `0x${string}`, s: `0x${string}`) => Buffer.from(encodeDer(r, s)).toString('hex')
  // A first bit that is set would mean a negative number.
  assert.match(hex(word('80'), word('7f')), /^3045022100801{62}02207f1{62}$/)
  assert.match(hex(short, word('7f')), /^302602027f0102207f1{62}$/)
})
