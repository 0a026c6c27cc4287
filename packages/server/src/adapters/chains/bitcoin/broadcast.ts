import { Transaction } from '@scure/btc-signer'
import { z } from 'zod'
import { ProviderError } from '../../../lib/errors.ts'
import type { BitcoinContext } from './context.ts'
import { NodeRefusal } from './rpc.ts'

type Answer = 'accepted' | 'known' | 'conflict' | 'rejected'

// The texts of Bitcoin Core (validation.cpp, policy.cpp), some of which btcd says in other words. Read in this order.
const ANSWERS: readonly (readonly [answer: Answer, text: RegExp])[] = [
  [
    'known',
    /already[- ]in[- ]mempool|txn-already-known|already in (?:block ?chain|utxo set)|outputs already in|already have transaction|transaction already exists|same-nonwitness-data-in-mempool/i,
  ],
  [
    'conflict',
    new RegExp(
      [
        'missingorspent|missing[- ]inputs|orphan transaction|already spent',
        'txn-mempool-conflict|output .* already spent|double spend',
        'insufficient fee, rejecting replacement|replacement transaction .* (?:insufficient|lower)',
        'bad-txns-spends-conflicting|replacement-adds-unconfirmed|too many potential replacements',
        'rejecting replacement|replacement-failed|insufficient feerate',
      ].join('|'),
      'i',
    ),
  ],
  [
    'rejected',
    new RegExp(
      [
        'fee not met|min fee|insufficient fee|insufficient priority|under the required amount',
        'max-?fee|absurdly-high|fee exceeds maximum',
        '\\bdust\\b|scriptpubkey|scriptsig|bare-multisig|datacarrier|non-?standard|tx-size|^version$',
        'too-long-mempool-chain|non-final|non-BIP68|premature',
        'script-verify|script verification|script execution|bad-txns|bad-witness|coinbase|TX decode failed',
      ].join('|'),
      'i',
    ),
  ],
]

/**
 * Hands stored bytes to the network. Any number of times is safe: each coin is spent once. A node's word that it took
 * them is not believed before it shows that it has them.
 * @throws ProviderError `unknown` for everything that is not a clear answer
 */
export async function broadcast(context: BitcoinContext, raw: string): Promise<Answer> {
  const { network, rpc } = context
  const { id } = Transaction.fromRaw(Buffer.from(raw, 'hex'), {
    allowUnknownOutputs: true,
    disableScriptCheck: true,
  })
  const unclear = (what: string) => new ProviderError(network, 'unknown', what)
  try {
    if (await context.watch.transaction(id)) return 'known'
    await rpc('sendrawtransaction', [raw], z.string())
    if (await context.watch.transaction(id)) return 'accepted'
  } catch (error) {
    const text = error instanceof NodeRefusal ? error.message : ''
    const answer = ANSWERS.find(([, pattern]) => pattern.test(text))?.[0]
    if (answer) return answer
    throw unclear(error instanceof Error ? error.message : 'no answer')
  }
  throw unclear('sendrawtransaction: the node says that it took the transaction and does not have it')
}
