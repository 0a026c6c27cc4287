import { createHash } from 'node:crypto'
import { base58, createBase58check } from '@scure/base'
import type { AddressVerdict } from '../../chain.ts'
import type { BitcoinContext } from './context.ts'
import { malformed, refuse } from './verdict.ts'

const base58check = createBase58check((data: Uint8Array) => createHash('sha256').update(data).digest())

/** First bytes of other chains' addresses, which have the same form and a right checksum. */
const OTHER_CHAINS = new Map([
  [0x41, 'Tron'],
  [0x30, 'Litecoin'],
  [0x32, 'Litecoin'],
  [0x1e, 'Dogecoin'],
  [0x16, 'Dogecoin'],
  [0x4c, 'Dash'],
])
/** Of the networks for tests, which all spell them alike. */
const TEST = [0x6f, 0xc4]
const MAIN = [0x00, 0x05]

/** Reads addresses of the older kinds: a version byte, a hash of 20 bytes, a checksum of 4. */
export function readBase58(
  { chain, params }: Pick<BitcoinContext, 'chain' | 'params'>,
  text: string,
): AddressVerdict {
  const shape = malformed(
    `An address of Bitcoin begins with ${params.bech32}1, ${chain === 'mainnet' ? '1 or 3' : 'm, n or 2'}.`,
  )
  if (!/^[1-9A-HJ-NP-Za-km-z]{25,36}$/.test(text)) return shape
  if (base58.decode(text).length !== 25) return shape
  let payload: Uint8Array
  try {
    payload = base58check.decode(text)
  } catch {
    return refuse('bad_checksum', 'The checksum does not match. Copy the address again; do not type it.')
  }
  const [version = 0] = payload
  const other = OTHER_CHAINS.get(version)
  if (other !== undefined) {
    return refuse('wrong_chain', `This is an address of ${other}. Payments are made in BTC on Bitcoin.`)
  }
  if (version === params.pubKeyHash || version === params.scriptHash) return { ok: true, address: text }
  if ([...TEST, ...MAIN].includes(version)) {
    const name = MAIN.includes(version) ? 'mainnet' : 'testnet'
    return refuse('wrong_network', `This is an address of Bitcoin's ${name}. Payments are made on ${chain}.`)
  }
  return refuse('wrong_chain', 'This is an address of another chain. Payments are made in BTC on Bitcoin.')
}
