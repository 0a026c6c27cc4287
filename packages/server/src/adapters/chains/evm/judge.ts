import { type Address, isAddressEqual } from 'viem'
import { z } from 'zod'
import { type Crypto, toDecimalString } from '../../../lib/money.ts'
import type { Intent, TransactionMined, Transfer } from '../../chain.ts'
import { type EvmContext, tokenOf } from './context.ts'
import { TRANSFER_TOPIC } from './erc20.ts'
import { hash, hex, quantity } from './rpc.ts'
import { PAYMENT_FAILED_TOPIC } from './vault.ts'

const address = z.templateLiteral(['0x', z.string().regex(/^[0-9a-fA-F]{40}$/)])

export const receiptSchema = z.object({
  status: quantity,
  blockNumber: quantity,
  blockHash: hash,
  gasUsed: quantity,
  effectiveGasPrice: quantity,
  /** OP-stack chains charge for their data on Ethereum apart from gas. */
  l1Fee: quantity.nullish().transform((fee) => fee ?? 0n),
  logs: z.array(z.object({ address, topics: z.array(hash), data: hex })),
})

export type Receipt = z.infer<typeof receiptSchema>

export const sentSchema = z.object({ from: address, to: address.nullable(), value: quantity })

export type Sent = z.infer<typeof sentSchema>

type Verdicts = TransactionMined['payments']

/**
 * For each payment of `intent`, whether the mined transaction made exactly it. `sent` is the transaction itself, needed
 * where the coin is paid, which logs nothing.
 */
export function judge(
  context: EvmContext,
  intent: Intent,
  payer: Address,
  receipt: Receipt,
  sent: Sent | null,
): Verdicts {
  const [first] = intent.payments
  if (!first) return []
  if (receipt.status !== 1n) return intent.payments.map(() => no('the transaction reverted'))
  const token = tokenOf(context, first.asset)
  if (token) return judgeLogs(receipt, token, payer, intent)
  return [judgeCoin(sent, payer, first)]
}

function judgeCoin(sent: Sent | null, payer: Address, payment: Transfer): Verdicts[number] {
  const right = sent?.to && isAddressEqual(sent.to, payment.to as Address) && isAddressEqual(sent.from, payer)
  if (!right) return no('the transaction pays another address or is not by the wallet')
  return sent.value === payment.amount ? YES : no(instead(sent.value, payment))
}

/**
 * A token's word is its Transfer log, and only from the allow-listed contract: anyone can emit such a log, and a
 * successful `transfer` of a token that takes a fee still delivers less. Each log speaks for one payment: two equal
 * payments need two of them.
 */
function judgeLogs(receipt: Receipt, token: Address, payer: Address, { payments }: Intent): Verdicts {
  const paid = receipt.logs
    .filter((log) => isAddressEqual(log.address, token) && log.topics[0] === TRANSFER_TOPIC)
    .filter(({ topics, data }) => topics.length === 3 && names(topics[1], payer) && data !== '0x')
    .map(({ topics, data }) => ({ to: topics[2], amount: BigInt(data) }))
  const take = (fits: (log: (typeof paid)[number]) => boolean) => {
    const at = paid.findIndex(fits)
    return at < 0 ? undefined : paid.splice(at, 1)[0]
  }
  // All exact ones first: a short payment must not use up the log of a full one to the same payee.
  const exact = payments.map(({ to, amount }) => take((log) => names(log.to, to) && log.amount === amount))
  const refused = refusals(receipt, payer)
  return payments.map((payment, index) => {
    if (exact[index]) return YES
    const other = take((log) => names(log.to, payment.to))
    if (other) return no(instead(other.amount, payment))
    if (refused.has(BigInt(index))) return no('the token refused this payment')
    return no('no Transfer of the token to the payee was logged')
  })
}

/** Indexes that the vault says it could not pay. Only the reason shown to people rests on it. */
function refusals(receipt: Receipt, vault: Address): Set<bigint> {
  return new Set(
    receipt.logs
      .filter((log) => isAddressEqual(log.address, vault) && log.topics[0] === PAYMENT_FAILED_TOPIC)
      .map(({ data }) => BigInt(data.slice(0, 66))),
  )
}

const YES = { ok: true, detail: null } as const

function no(detail: string): Verdicts[number] {
  return { ok: false, detail }
}

/** Whether an indexed address of a log, padded to 32 bytes, is `account`. */
function names(topic: string | undefined, account: string): boolean {
  return topic !== undefined && BigInt(topic) === BigInt(account)
}

function instead(amount: bigint, { asset, amount: due }: { asset: Crypto; amount: bigint }): string {
  const [got, expected] = [amount, due].map((n) => toDecimalString({ amount: n, asset }))
  return `the payee received ${got} ${asset} instead of ${expected}`
}
