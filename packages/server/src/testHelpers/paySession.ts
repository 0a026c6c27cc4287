import type { ModeAdapters } from '../context.ts'
import type { Context } from '../context.ts'
import { findSession } from '../checkout/store.ts'
import { ProviderError, SkiroError } from '../lib/errors.ts'
import type { Ref } from '../lib/tenant.ts'
import { listWallets } from '../merchants/listWallets.ts'
import { confirmTransaction } from '../transactions/confirmTransaction.ts'
import type { TransactionPorts } from '../transactions/ports.ts'
import type { TransactionRow } from '../transactions/transaction.ts'
import type { PaySession } from './schema.ts'

const PAYOUT_REFUSED = { held: 'before_sending', failed: 'after_sending' } as const

/**
 * Pays a session of test mode with a named test card: the acquirer is asked for a token, and then happens what happens
 * when the hosted page hands over one. Once per `key`: the same key is the same token, which makes one attempt.
 * @throws SkiroError not_found, forbidden (no test cards here), session_not_pending, invalid_request, unavailable
 */
export async function paySession(
  ctx: Context,
  ports: TransactionPorts,
  ref: Ref,
  { card, payout }: PaySession,
  key: string,
): Promise<TransactionRow> {
  const acquirer = ctx.modes.test?.acquirer
  if (!ctx.modes.test || !acquirer?.testToken) {
    throw new SkiroError('forbidden', { message: 'The card acquirer of this server has no test cards.' })
  }
  try {
    if (payout) await refusePayout(ctx, ctx.modes.test, ref, payout)
    const token = await acquirer.testToken(card, ref.id, key)
    const result = await confirmTransaction(ctx, ports, ref, { token, customer_email: null })
    if ('refused' in result) throw new SkiroError('session_not_pending')
    return result
  } catch (error) {
    if (error instanceof ProviderError) throw new SkiroError('unavailable', { cause: error })
    throw error
  }
}

async function refusePayout(
  ctx: Context,
  { chains }: ModeAdapters,
  ref: Ref,
  payout: keyof typeof PAYOUT_REFUSED,
): Promise<void> {
  const session = await findSession(ctx.db, ref)
  if (session?.status !== 'pending') throw new SkiroError('session_not_pending')
  const wallets = await listWallets(ctx, ref)
  const wallet = wallets.find(({ asset }) => asset === session.payout_currency)
  const chain = wallet && chains.get(wallet.network)
  if (!wallet || !chain?.refusePayee || wallet.asset !== 'USDC') {
    throw new SkiroError('invalid_request', {
      param: 'payout',
      message: 'payout: only a simulated chain can do that, and only to a session paid out in USDC.',
    })
  }
  await chain.refusePayee(wallet.asset, wallet.address, PAYOUT_REFUSED[payout])
}
