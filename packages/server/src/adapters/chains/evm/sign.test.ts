import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Hex, keccak256, parseTransaction } from 'viem'
import { privateKeyToAddress } from 'viem/accounts'
import { AssertionFailed } from '../../../lib/assert.ts'
import type { Intent, Transfer } from '../../chain.ts'
import type { Signer, SigningRequest } from '../../signer.ts'
import { createOpenSigner } from '../../conformance/openSigner.ts'
import { createLocalSigner } from '../../signers/local.ts'
import { createEvmChain, EVM_NETWORKS } from './index.ts'

const CONFIG = { network: 'base', ...EVM_NETWORKS.base, rpc_url: 'http://127.0.0.1:1' }
const SIGNER = createOpenSigner(createLocalSigner(`0x${'11'.repeat(32)}`))
const WALLET = privateKeyToAddress(`0x${'11'.repeat(32)}`)
const PAYEE = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'
const DATA = `0xa9059cbb${PAYEE.slice(2).toLowerCase().padStart(64, '0')}${(1_500_000).toString(16).padStart(64, '0')}`

const INTENT: Intent = {
  id: 'pb_1',
  payments: [{ asset: 'USDC', to: PAYEE, amount: 1_500_000n }],
  coins: [],
  fee: 70_000n * 2_000_000_000n,
  fields: {
    payer: WALLET,
    chain_id: '8453',
    gas: '70000',
    max_fee_per_gas: '2000000000',
    max_priority_fee_per_gas: '1000000',
    to: CONFIG.tokens.USDC,
    value: '0',
    data: DATA,
  },
}

test('builds the transaction the intent describes, without a network', async () => {
  const { raw, hash } = await createEvmChain(CONFIG, SIGNER).sign(INTENT, 41n)
  const { r, s, v, yParity, ...read } = parseTransaction(raw as Hex)
  assert.ok(r && s && v !== undefined && yParity !== undefined)
  assert.deepEqual(read, {
    type: 'eip1559',
    chainId: 8453,
    nonce: 41,
    gas: 70_000n,
    maxFeePerGas: 2_000_000_000n,
    maxPriorityFeePerGas: 1_000_000n,
    to: CONFIG.tokens.USDC.toLowerCase(),
    data: DATA,
  })
  assert.equal(hash, keccak256(raw as Hex))
})

test('tells the signer what it signs, and lets it compute the digest', async () => {
  const seen: SigningRequest[] = []
  const signer: Signer = {
    ...SIGNER,
    signTransaction: async (request) => {
      seen.push(request)
      return SIGNER.signTransaction(request)
    },
  }
  const payee = { merchant_id: 'mer_1', livemode: false, mac: 'aa' }
  await createEvmChain(CONFIG, signer).sign(
    { ...INTENT, id: 'pb_1', payments: INTENT.payments.map((payment) => ({ ...payment, payee })) },
    0n,
  )
  const [{ unsigned, ...told } = { unsigned: '0x' as Hex }] = seen
  assert.deepEqual(told, {
    network: 'base',
    order: { id: 'pb_1', payments: [{ asset: 'USDC', to: PAYEE, amount: 1_500_000n, ...payee }] },
  })
  assert.equal(parseTransaction(unsigned).r, undefined)
  assert.equal(parseTransaction(unsigned).data, DATA)
})

test('lets no altered intent out', async () => {
  const chain = createEvmChain(CONFIG, SIGNER)
  const change = (fields: Record<string, string>): Intent => {
    return { ...INTENT, fields: { ...INTENT.fields, ...fields } }
  }
  const pays = (other: Partial<Transfer>): Intent => {
    return { ...INTENT, payments: INTENT.payments.map((payment) => ({ ...payment, ...other })) }
  }
  const altered: Intent[] = [
    pays({ amount: 1_500_001n }),
    pays({ to: CONFIG.tokens.USDC }),
    pays({ asset: 'ETH' }),
    { ...INTENT, payments: [] },
    { ...INTENT, fee: INTENT.fee - 1n },
    change({ gas: '70001' }),
    change({ payer: PAYEE }),
    change({ chain_id: '1' }),
    change({ to: PAYEE }),
    change({ value: '1' }),
    change({ data: DATA.replace('a9059cbb', '095ea7b3') }),
    change({ data: `${DATA}00` }),
    { ...INTENT, fields: {} },
  ]
  for (const intent of altered) await assert.rejects(chain.sign(intent, 0n), AssertionFailed)
  for (const nonce of [-1n, 2n ** 60n, null]) await assert.rejects(chain.sign(INTENT, nonce), AssertionFailed)
})

test('lets no signature by another key out', async () => {
  const other = createOpenSigner(createLocalSigner(`0x${'22'.repeat(32)}`))
  const confused: Signer = { ...other, publicKey: async () => SIGNER.publicKey() }
  await assert.rejects(createEvmChain(CONFIG, confused).sign(INTENT, 0n), /not by the wallet/)
})
