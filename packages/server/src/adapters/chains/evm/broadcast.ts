import { type Hex, keccak256 } from 'viem'
import { ProviderError } from '../../../lib/errors.ts'
import type { EvmContext } from './context.ts'
import { hash, NodeRefusal } from './rpc.ts'

type Answer = 'accepted' | 'known' | 'nonce_used' | 'rejected'

// JSON-RPC has no codes for these; the texts are those of geth, reth, erigon, Nethermind, Besu, Arbitrum and anvil.
const ANSWERS: readonly (readonly [answer: Answer, text: RegExp])[] = [
  ['known', /already known|already imported|\bknown transaction|alreadyknown|already_exists/i],
  ['nonce_used', /nonce (?:is )?too low|nonce_too_low|oldnonce/i],
  [
    'rejected',
    new RegExp(
      [
        'underpriced',
        'insufficient (?:funds|balance)|insufficientfunds',
        'intrinsic gas|out of gas|exceeds (?:block )?gas limit|gas limit (?:too|is) high',
        'max fee per gas less than block base fee|fee cap less than|feetoolow|tip above fee cap',
        'exceeds the configured cap',
        'nonce (?:is )?too high|noncegap',
        'invalid (?:sender|signature|chain)|wrong chain|rlp',
      ].join('|'),
      'i',
    ),
  ],
]

/**
 * Hands stored bytes to the network. Any number of times is safe: the chain runs one transaction per nonce.
 * @throws ProviderError `unknown` for everything that is not a clear answer, an overloaded node included.
 */
export async function broadcast(context: EvmContext, raw: string): Promise<Answer> {
  const { network } = context
  let returned: Hex
  try {
    returned = await context.rpc('eth_sendRawTransaction', [raw], hash)
  } catch (error) {
    const text = error instanceof NodeRefusal ? error.message : ''
    const answer = ANSWERS.find(([, pattern]) => pattern.test(text))?.[0]
    if (answer) return answer
    throw new ProviderError(network, 'unknown', error instanceof Error ? error.message : 'no answer')
  }
  if (returned.toLowerCase() === keccak256(raw as Hex)) return 'accepted'
  throw new ProviderError(network, 'unknown', 'eth_sendRawTransaction: the node returned another hash')
}
