import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openBitcoinSigner } from '../../../../../../test/support/openBitcoinSigner.ts'
import { type BitcoinChain, createBitcoinChain } from './index.ts'
import { dustOf, scriptOf } from './script.ts'
import { BITCOIN_NETWORKS } from './networks.ts'

const FORBIDDEN = 'bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq'
const chainOf = (chain: BitcoinChain) =>
  createBitcoinChain(
    { network: 'bitcoin', chain, rpc_url: 'http://127.0.0.1:1', forbidden: [FORBIDDEN] },
    openBitcoinSigner(`0x${'11'.repeat(32)}`),
  )
const mainnet = chainOf('mainnet')

/** One address of every kind, and how dear dust of it is. Taken from BIP 173, BIP 350 and the first blocks. */
const GOOD = [
  ['bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4', 294n],
  ['bc1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qccfmv3', 330n],
  ['bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0', 330n],
  ['3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy', 540n],
  ['1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa', 546n],
] as const

describe('an address of Bitcoin', () => {
  test('of every kind there is can be paid, from what is dust on', () => {
    for (const [address, dust] of GOOD) {
      assert.deepEqual(mainnet.parseAddress(address), { ok: true, address })
      assert.equal(dustOf(scriptOf(address, BITCOIN_NETWORKS.mainnet)), dust, address)
    }
    const capitals = GOOD[0][0].toUpperCase()
    assert.deepEqual(mainnet.parseAddress(`\t${capitals} `), { ok: true, address: GOOD[0][0] })
  })

  test('is of one network, and is named when it is of another', () => {
    const of = {
      mainnet: GOOD.map(([address]) => address),
      testnet: ['tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx', 'mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn'],
      regtest: ['bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080'],
    }
    const chains = { mainnet, testnet: chainOf('testnet'), regtest: chainOf('regtest') }
    for (const [name, addresses] of Object.entries(of)) {
      for (const [other, chain] of Object.entries(chains)) {
        for (const address of addresses) {
          const verdict = chain.parseAddress(address)
          // The older kinds are spelt alike on all networks for tests.
          const alike = name === other || (address.startsWith('m') && other !== 'mainnet')
          assert.equal(verdict.ok, alike, `${address} on ${other}`)
          if (!verdict.ok) assert.equal(verdict.code, 'wrong_network')
        }
      }
    }
    assert.ok(chainOf('signet').parseAddress(of.testnet[0] ?? '').ok)
  })

  test('is refused with the reason', () => {
    const bad = [
      // One letter changed, left out, put in, and two swapped.
      ['bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5', 'bad_checksum'],
      ['bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t', 'bad_checksum'],
      ['bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3tq4', 'bad_checksum'],
      ['bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f34t', 'bad_checksum'],
      ['1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNA', 'bad_checksum'],
      ['bc1qW508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4', 'malformed'],
      // BIP 350: version 1 with the checksum of version 0, version 0 with that of version 1.
      ['bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd', 'bad_checksum'],
      ['bc1q0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0', 'bad_checksum'],
      // Versions and lengths that nobody can spend yet; the second one is anybody's.
      ['BC1SW50QGDZ25J', 'unsupported_type'],
      ['bc1pfeessrawgf', 'unsupported_type'],
      ['bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs', 'unsupported_type'],
      ['lnbc20u1pvjluezhp58yjmdan79s6qqdhdzgynm4zwqd5d7xmw5fk98klysy043l2ahrqs', 'unsupported_type'],
      [`xpub${'6'.repeat(107)}`, 'unsupported_type'],
      ['0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798', 'unsupported_type'],
      ['ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9', 'wrong_chain'],
      ['LM2WMpR1Rp6j3Sa59cMXMs1SPzj9eXpGc1', 'wrong_chain'],
      ['DH5yaieqoZN36fDVciNyRueRGvGLR3mr7L', 'wrong_chain'],
      ['TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t', 'wrong_chain'],
      ['0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed', 'wrong_chain'],
      ['bitcoin:bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4?amount=1', 'malformed'],
      ['bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4 bc1q', 'bad_checksum'],
      [FORBIDDEN.toUpperCase(), 'forbidden'],
    ] as const
    for (const [address, code] of bad) {
      const verdict = mainnet.parseAddress(address)
      assert.ok(!verdict.ok && verdict.code === code, `${address}: ${JSON.stringify(verdict)}`)
    }
  })

  test('of pay-to-taproot lies on the curve, or nobody could spend what it is paid', () => {
    // x = 5 is on no point of secp256k1. The checksum is right.
    const verdict = mainnet.parseAddress('bc1pqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqzs2jkusy')
    assert.ok(!verdict.ok && verdict.code === 'forbidden')
  })

  test('is never a private key, and a hint repeats none', () => {
    for (const key of ['KwDiBf89QgGbjEhKnhXJuH7LrciVrZi3qYjgd9M7rFU73sVHnoWn', '7e'.repeat(32)]) {
      const verdict = mainnet.parseAddress(key)
      assert.ok(!verdict.ok && verdict.code === 'malformed' && verdict.hint.includes('private key'))
      assert.ok(!verdict.hint.includes(key))
    }
  })

  test('is not the wallet itself', async () => {
    const own = await mainnet.walletAddress()
    const verdict = mainnet.parseAddress(own)
    assert.ok(!verdict.ok && verdict.code === 'forbidden')
  })
})
