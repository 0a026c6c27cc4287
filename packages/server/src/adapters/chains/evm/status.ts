import type { Address } from 'viem'
import { z } from 'zod'
import { ProviderError } from '../../../lib/errors.ts'
import type { Intent, TransactionStatus } from '../../chain.ts'
import { type EvmContext, tokenOf } from './context.ts'
import { judge, type Receipt, receiptSchema, type Sent, sentSchema } from './judge.ts'
import { assertAlike } from './nodes.ts'
import { hash, quantity, type Rpc } from './rpc.ts'
import { batchId, encodeUsed } from './vault.ts'

const block = z.object({ number: quantity, hash })
const known = z.looseObject({}).nullable()

/**
 * Where the transaction `txHash` stands and which payments of `intent` it made.
 * A receipt counts only if its block is the one now standing at its height: nodes behind one URL can lag or disagree.
 * Of several nodes, two have to tell the same receipt and the same block.
 * @throws ProviderError; `unknown` when two nodes contradict each other.
 */
export async function status(
  context: EvmContext,
  txHash: string,
  intent: Intent,
): Promise<TransactionStatus> {
  const views = await context.two((rpc) => look(context, rpc, txHash, intent))
  const mined = views.filter((view) => view.receipt !== null)
  const receipt = mined[0]?.receipt
  if (!receipt) return { state: views.some(({ seen }) => seen) ? 'waiting' : 'unseen' }
  const without = views.find((view) => view.receipt === null)
  if (without) {
    // Behind is not the same as wrong.
    if (without.head < receipt.blockNumber) return { state: 'waiting' }
    throw contradiction(context, `a node has ${txHash} in block ${receipt.blockNumber}, another has not`)
  }
  assertAlike(
    context.network,
    `the receipt of ${txHash}`,
    views.map((view) => [view.receipt, view.sent]),
  )
  if (views.some(({ canonical }) => canonical !== receipt.blockHash)) return { state: 'waiting' }

  const head = smallest(views.map((view) => view.head))
  const final = smallest(views.map((view) => view.final))
  const payer = (intent.fields['payer'] ?? (await context.wallet())) as Address
  if (receipt.status !== 1n) await assertUnused(context, intent, payer)
  return {
    state: 'mined',
    final: receipt.blockNumber <= final,
    block_number: receipt.blockNumber,
    block_hash: receipt.blockHash,
    confirmations: head >= receipt.blockNumber ? Number(head - receipt.blockNumber) + 1 : 1,
    payments: judge(context, intent, payer, receipt, mined[0]?.sent ?? null),
    fee: receipt.gasUsed * receipt.effectiveGasPrice + receipt.l1Fee,
  }
}

/** What one node says of a transaction. */
type View = {
  readonly head: bigint
  readonly final: bigint
  readonly receipt: Receipt | null
  /** Hash of the block that stands at the receipt's height. */
  readonly canonical: string | null
  readonly sent: Sent | null
  readonly seen: boolean
}

async function look(context: EvmContext, rpc: Rpc, txHash: string, intent: Intent): Promise<View> {
  // The heads first: a node that was past a block and then has no receipt from it contradicts who has.
  const [head, final] = await Promise.all([
    rpc('eth_blockNumber', [], quantity),
    rpc('eth_getBlockByNumber', [context.final_tag, false], block),
  ])
  const receipt = await rpc('eth_getTransactionReceipt', [txHash], receiptSchema.nullable())
  const view = { head, final: final.number, receipt, canonical: null, sent: null, seen: receipt !== null }
  if (!receipt) {
    const seen = await rpc('eth_getTransactionByHash', [txHash], known)
    return { ...view, seen: seen !== null }
  }
  const height = `0x${receipt.blockNumber.toString(16)}`
  const [payment] = intent.payments
  const coin = payment && !tokenOf(context, payment.asset)
  const [canonical, sent] = await Promise.all([
    rpc('eth_getBlockByNumber', [height, false], block.nullable()),
    coin ? rpc('eth_getTransactionByHash', [txHash], sentSchema.nullable()) : null,
  ])
  return { ...view, canonical: canonical?.hash ?? null, sent }
}

/**
 * A batch that reverted because the vault had made it before, in a transaction that our database has forgotten. Its
 * payments are not failed, they are made, and somebody has to find out by what.
 */
async function assertUnused(context: EvmContext, intent: Intent, payer: Address): Promise<void> {
  if (intent.payments.length === 0 || intent.fields['to'] !== payer) return
  const call = { to: payer, data: encodeUsed(batchId(intent.id)) }
  if (!(await context.agreed('eth_call', [call, 'latest'], quantity))) return
  throw new ProviderError(
    context.network,
    'unknown',
    `the vault ${payer} has made ${intent.id} in another transaction: find it before anything is paid again`,
  )
}

function contradiction({ network }: EvmContext, what: string): ProviderError {
  return new ProviderError(network, 'unknown', `${what}: nodes contradict each other, so none is believed`)
}

function smallest(values: readonly bigint[]): bigint {
  return values.reduce((least, value) => (value < least ? value : least))
}
