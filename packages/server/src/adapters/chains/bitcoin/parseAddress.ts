import { bech32, bech32m } from '@scure/base'
import type { AddressVerdict } from '../../chain.ts'
import type { BitcoinContext } from './context.ts'
import { BITCOIN_NETWORKS } from './networks.ts'
import { readBase58 } from './readBase58.ts'
import { scriptOf } from './script.ts'
import { otherKind } from './otherKinds.ts'
import { malformed, refuse } from './verdict.ts'

type Context = Pick<BitcoinContext, 'chain' | 'params' | 'forbidden'>
const PREFIXES = new Map<string, string>(
  Object.entries(BITCOIN_NETWORKS).map(([name, { bech32: prefix }]) => [
    prefix,
    name === 'signet' ? 'testnet' : name,
  ]),
)

/**
 * Checks a payee's address: form, checksum, network, then whether we pay to such a thing. The canonical spelling of
 * bech32 is lower case. What begins with 3 may also be meant for Litecoin, which once spelt its addresses so: nothing in
 * it tells.
 */
export function parseAddress(context: Context, wallet: string | undefined, text: string): AddressVerdict {
  const trimmed = text.trim()
  const verdict = /^(?:bc|tb|bcrt)1/i.test(trimmed)
    ? readBech32(context, trimmed)
    : (otherKind(trimmed) ?? readBase58(context, trimmed))
  if (!verdict.ok) return verdict
  if (verdict.address === wallet || context.forbidden.has(verdict.address)) {
    return refuse('forbidden', 'This address belongs to this payment server. Use your own wallet.')
  }
  return verdict
}

function readBech32({ chain, params }: Context, text: string): AddressVerdict {
  const address = text.toLowerCase()
  if (text !== address && text !== text.toUpperCase()) {
    return malformed('An address is written in small letters or in capitals, not in both.')
  }
  // BIP 350: version 0 has the older checksum, all others the newer one.
  const old = bech32.decodeUnsafe(address)
  const read = old ?? bech32m.decodeUnsafe(address)
  const wrong = refuse('bad_checksum', 'The checksum does not match. Copy the address again; do not type it.')
  if (!read) return wrong
  const [version, ...words] = read.words
  if (version === undefined || version > 16) return malformed('An address holds a version and a hash.')
  if ((version === 0) !== (old !== undefined)) return wrong
  const name = PREFIXES.get(read.prefix)
  if (name === undefined) return wrong
  if (read.prefix !== params.bech32) {
    return refuse('wrong_network', `This is an address of Bitcoin's ${name}. Payments are made on ${chain}.`)
  }
  const program = bech32.fromWordsUnsafe(words)
  if (!program || program.length < 2 || program.length > 40)
    return malformed('An address holds a version and a hash.')
  if (version === 0 && program.length !== 20 && program.length !== 32) {
    return malformed('An address of this kind holds 20 or 32 bytes.')
  }
  if (version > 1 || (version === 1 && program.length !== 32)) {
    return refuse('unsupported_type', 'Nobody knows yet how to spend from this kind of address. Use another.')
  }
  try {
    // Of pay-to-taproot the point has to be on the curve.
    scriptOf(address, params)
  } catch {
    return refuse('forbidden', 'Nobody can hold the key of this address.')
  }
  return { ok: true, address }
}
