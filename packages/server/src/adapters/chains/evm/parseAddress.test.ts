import assert from 'node:assert/strict'
import { test } from 'node:test'
import { getAddress } from 'viem'
import { createOpenSigner } from '../../conformance/openSigner.ts'
import { createLocalSigner } from '../../signers/local.ts'
import { createEvmChain, EVM_NETWORKS } from './index.ts'

const OTHER_WALLET = '0xFCAd0B19bB29D4674531d6f115237E16AfCE377c'
const chain = createEvmChain(
  { network: 'ethereum', ...EVM_NETWORKS.ethereum, rpc_url: 'http://127.0.0.1:1', forbidden: [OTHER_WALLET] },
  createOpenSigner(createLocalSigner(`0x${'11'.repeat(32)}`)),
)

test('takes the examples of EIP-55', () => {
  for (const address of [
    '0x52908400098527886E0F7030069857D2E4169EE7',
    '0xde709f2102306220921060314715629080e2fb77',
    '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
    '0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb',
  ]) {
    assert.deepEqual(chain.parseAddress(address), { ok: true, address: getAddress(address) })
  }
})

test('refuses any one letter whose case is turned', () => {
  const address = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'
  for (let i = 2; i < address.length; i++) {
    const letter = address.charAt(i)
    const turned = letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase()
    if (turned === letter) continue
    const verdict = chain.parseAddress(address.slice(0, i) + turned + address.slice(i + 1))
    assert.ok(!verdict.ok && verdict.code === 'bad_checksum')
  }
})

test('names the network an address belongs to, and never repeats what may be a key', () => {
  const tron = chain.parseAddress('TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t')
  assert.ok(!tron.ok && tron.hint.includes('Tron') && tron.hint.includes('ethereum'))
  const key = '7e'.repeat(32)
  const verdict = chain.parseAddress(key)
  assert.ok(!verdict.ok && verdict.code === 'malformed' && !verdict.hint.includes(key))
})

test('refuses our other wallets', () => {
  const verdict = chain.parseAddress(OTHER_WALLET.toLowerCase())
  assert.ok(!verdict.ok && verdict.code === 'forbidden')
})

test('the networks are told apart and their contracts carry a right checksum', () => {
  const networks = Object.values(EVM_NETWORKS)
  assert.equal(new Set(networks.map(({ chain_id }) => chain_id)).size, networks.length)
  const tokens = networks.flatMap((network) => Object.values<string>(network.tokens))
  assert.equal(new Set(tokens).size, tokens.length)
  for (const token of tokens) assert.equal(getAddress(token.toLowerCase()), token)
  assert.ok(!('USDT' in EVM_NETWORKS.base.tokens))
})
