import { test } from 'node:test'
import { testChain } from '../../conformance/chain.ts'
import { openBitcoinWorld } from '../../../../../../test/support/bitcoinWorld.ts'
import { openBtcdWorld } from '../../../../../../test/support/btcdWorld.ts'

testChain('bitcoin', openBitcoinWorld)

const btcd = process.env['BTCD_BIN']
if (btcd === undefined || btcd === '') {
  test('bitcoin on btcd', { skip: 'BTCD_BIN names no btcd program' })
} else {
  testChain('bitcoin on btcd', () => openBtcdWorld(btcd))
}
