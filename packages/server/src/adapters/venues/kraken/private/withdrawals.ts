import { z } from 'zod'
import { ProviderError } from '../../../../lib/errors.ts'
import { ASSETS } from '../../../../lib/money.ts'
import type { Withdrawal, WithdrawalState } from '../../../exchange.ts'
import { minorUnits, plainDecimal } from './amounts.ts'
import { assetOf, NAMES } from './assets.ts'
import type { Call } from './call.ts'

const Asked = z.object({ refid: z.string() })
const Status = z.array(
  z.object({
    refid: z.string(),
    asset: z.string(),
    txid: z.string().nullish(),
    info: z.string().nullish(),
    amount: z.string(),
    fee: z.string(),
    time: z.number(),
    status: z.string(),
    key: z.string().nullish(),
  }),
)
const MARGIN_MS = 120_000

/**
 * `Withdraw`. It takes no id of ours, so it is known again by what it says; see `findWithdrawal`. With `address` Kraken
 * checks that the saved key still stands for it.
 */
export async function withdraw(call: Call, wanted: Withdrawal): Promise<{ reference: string | null }> {
  const { asset, key, address, amount } = wanted
  const fields = {
    asset: NAMES[asset],
    key,
    address,
    amount: plainDecimal(amount, ASSETS[asset].decimals),
  }
  const { refid } = await call('Withdraw', fields, Asked)
  return { reference: refid }
}

/**
 * `WithdrawStatus` by reference, else by asset, address and amount: what was asked for is what arrives and the fee.
 * A withdrawal of that amount from before ours was asked for is another one.
 */
export async function findWithdrawal(
  call: Call,
  wanted: Withdrawal,
  reference: string | null,
): Promise<WithdrawalState | null> {
  const { asset } = wanted
  const start = Math.floor((wanted.since_ms - MARGIN_MS) / 1000)
  const all = await call('WithdrawStatus', { asset: NAMES[asset], start: String(start) }, Status)
  const ours = all.filter((one) => {
    if (reference !== null) return one.refid === reference
    if (assetOf(one.asset) !== asset || one.time < start) return false
    const same_place = one.key === wanted.key || sameAddress(one.info, wanted.address)
    return same_place && total(one, asset) === wanted.amount
  })
  const [found, ...others] = ours
  if (!found) return null
  if (others.length > 0)
    throw new ProviderError('kraken', 'unknown', `${ours.length} withdrawals fit: ${refids(ours)}`)
  return {
    state: found.status === 'Success' ? 'sent' : found.status === 'Failure' ? 'failed' : 'pending',
    reference: found.refid,
    tx_hash: found.txid || null,
    arrives: minorUnits(found.amount, asset, 'floor'),
    fee: minorUnits(found.fee, asset, 'half_up'),
  }
}

const refids = (all: readonly { refid: string }[]) => all.map(({ refid }) => refid).join(', ')
const sameAddress = (a: string | null | undefined, b: string) => a?.toLowerCase() === b.toLowerCase()
const total = ({ amount, fee }: { amount: string; fee: string }, asset: Withdrawal['asset']) =>
  minorUnits(amount, asset, 'half_up') + minorUnits(fee, asset, 'half_up')
