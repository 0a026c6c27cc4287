import { type Hex, keccak256 } from 'viem'
import { ProviderError } from '../../../lib/errors.ts'
import type { EvmContext } from './context.ts'
import { hash, NodeRefusal, type Rpc } from './rpc.ts'

type Answer = 'accepted' | 'known' | 'conflict' | 'rejected'

// JSON-RPC has no codes for these; the texts are those of geth, reth, erigon, Nethermind, Besu, Arbitrum and anvil.
const ANSWERS: readonly (readonly [answer: Answer, text: RegExp])[] = [
  ['known', /already known|already imported|\bknown transaction|alreadyknown|already_exists/i],
  ['conflict', /nonce (?:is )?too low|nonce_too_low|oldnonce/i],
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
 * Hands stored bytes to every node. Any number of times is safe: the chain runs one transaction per nonce. One node that
 * takes or has them is enough; a no of one node means nothing beside the yes, or the silence, of another.
 * @throws ProviderError `unknown` for everything that is not a clear answer, an overloaded node included.
 */
export async function broadcast(context: EvmContext, raw: string): Promise<Answer> {
  const { network } = context
  const outcomes = await context
    .all((rpc) => send(network, rpc, raw))
    .catch((error: unknown) => {
      // Of another chain: certainly nothing was sent.
      throw error instanceof ProviderError && error.kind === 'refused' ? error : silence(network, error)
    })
  const answers = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
  for (const answer of ['accepted', 'known', 'conflict'] as const) if (answers.includes(answer)) return answer
  const silent = outcomes.find((outcome) => outcome.status === 'rejected')
  if (!silent) return 'rejected'
  throw silence(network, silent.reason)
}

function silence(network: string, reason: unknown): ProviderError {
  return new ProviderError(network, 'unknown', reason instanceof Error ? reason.message : 'no answer')
}

async function send(network: string, rpc: Rpc, raw: string): Promise<Answer> {
  let returned: Hex
  try {
    returned = await rpc('eth_sendRawTransaction', [raw], hash)
  } catch (error) {
    const text = error instanceof NodeRefusal ? error.message : ''
    const answer = ANSWERS.find(([, pattern]) => pattern.test(text))?.[0]
    if (answer) return answer
    throw error
  }
  if (returned.toLowerCase() === keccak256(raw as Hex)) return 'accepted'
  throw new ProviderError(network, 'unknown', 'eth_sendRawTransaction: the node returned another hash')
}
