import { createOpenSigner } from '../../packages/server/src/adapters/conformance/openSigner.ts'
import type { Signer } from '../../packages/server/src/adapters/signer.ts'
import { createLocalSigner } from '../../packages/server/src/adapters/signers/local.ts'
import { createBitcoinShape } from '../../packages/server/src/adapters/signers/shared/bitcoinShape.ts'

const REGTEST = createBitcoinShape({ bech32: 'bcrt', pubKeyHash: 0x6f, scriptHash: 0xc4 })

/** Signs every Bitcoin transaction that can be read at all, without a rule: for tests of the chain. */
export function openBitcoinSigner(key: `0x${string}`): Signer {
  return createOpenSigner(createLocalSigner(key), (request, wallet) => REGTEST.read(request, wallet).digests)
}
