import { testChain } from '../../conformance/chain.ts'
import { openBitcoinWorld } from '../../../../../../test/support/bitcoinWorld.ts'

testChain('bitcoin', openBitcoinWorld)
