import { p2wpkh } from '@scure/btc-signer'
import { privateKeyToAccount } from 'viem/accounts'

const REGTEST = { bech32: 'bcrt', pubKeyHash: 0x6f, scriptHash: 0xc4, wif: 0xef }

/** The address on regtest that pays to the holder of a key, in the form that the gateway's wallet has. */
export function bitcoinAddressOf(key: `0x${string}`): string {
  const uncompressed = Buffer.from(privateKeyToAccount(key).publicKey.slice(2), 'hex')
  const parity = (uncompressed.at(-1) ?? 0) % 2
  const { address } = p2wpkh(Uint8Array.from([2 + parity, ...uncompressed.subarray(1, 33)]), REGTEST)
  if (address === undefined) throw new Error('A key has an address.')
  return address
}
