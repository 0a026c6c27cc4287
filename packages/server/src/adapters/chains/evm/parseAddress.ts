import { type Address, getAddress } from 'viem'
import type { AddressVerdict } from '../../chain.ts'
import type { EvmContext } from './context.ts'

// Zero, the precompiled contracts of every EVM chain, and the usual burn address 0x…dEaD: nobody holds their keys.
const LAST_RESERVED = 0xffffn

// Enough to name the mistake, not to validate: these are refused either way.
const OTHER_NETWORKS: readonly (readonly [name: string, shape: RegExp])[] = [
  ['Tron', /^T[1-9A-HJ-NP-Za-km-z]{33}$/],
  ['Bitcoin', /^(?:bc1|tb1|bcrt1)[02-9ac-hj-np-z]{8,87}$/i],
  ['Bitcoin', /^[123mn][1-9A-HJ-NP-Za-km-z]{25,34}$/],
  ['Solana', /^[1-9A-HJ-NP-Za-km-z]{43,44}$/],
]

/**
 * Checks a payee's address; the canonical spelling is EIP-55 mixed case. Lower case carries no checksum and is
 * accepted; any other spelling must match its checksum. Says nothing about which EVM network the payee meant.
 */
export function parseAddress(context: EvmContext, wallet: Address | undefined, text: string): AddressVerdict {
  const { network } = context
  const trimmed = text.trim()
  if (!/^0x[0-9a-fA-F]{40}$/.test(trimmed)) return explainShape(network, trimmed)
  const address = getAddress(trimmed.toLowerCase())
  if (trimmed !== address && trimmed !== address.toLowerCase()) {
    const hint = 'The capital letters do not match the checksum. Copy the address again; do not type it.'
    return { ok: false, code: 'bad_checksum', hint }
  }
  if (BigInt(address) <= LAST_RESERVED) return forbidden('Nobody holds the key of this address.')
  for (const [asset, token] of context.tokens) {
    if (token === address)
      return forbidden(`This is the ${asset} contract itself. Use your own wallet's address.`)
  }
  if (address === wallet || context.forbidden.has(address)) {
    return forbidden('This address belongs to this payment server. Use your own wallet.')
  }
  return { ok: true, address }
}

function forbidden(hint: string): AddressVerdict {
  return { ok: false, code: 'forbidden', hint }
}

function explainShape(network: string, text: string): AddressVerdict {
  const other = OTHER_NETWORKS.find(([, shape]) => shape.test(text))
  if (other) {
    const hint = `This looks like a ${other[0]} address. On ${network}, addresses begin with 0x.`
    return { ok: false, code: 'wrong_chain', hint }
  }
  if (/^(?:0x)?[0-9a-fA-F]{64}$/.test(text)) {
    const hint = 'This is as long as a transaction hash or a private key. Never paste a private key anywhere.'
    return { ok: false, code: 'malformed', hint }
  }
  return { ok: false, code: 'malformed', hint: 'An address is 0x followed by 40 hexadecimal digits.' }
}
