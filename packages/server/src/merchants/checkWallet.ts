import { type Context, modeOf } from '../context.ts'
import { SkiroError } from '../lib/errors.ts'
import type { Crypto } from '../lib/money.ts'
import type { Tenant } from '../lib/tenant.ts'

export type Wallet = { readonly asset: Crypto; readonly network: string; readonly address: string }

/**
 * The wallet with its address in the network's canonical spelling. `at` is the parameter to blame when the input has
 * the whole wallet in one; otherwise it is `network` or `address`.
 * @throws SkiroError invalid_request when this server does not pay that asset there, or the network refuses the address
 */
export function checkWallet(ctx: Context, tenant: Tenant, wallet: Wallet, at?: string): Wallet {
  const { asset, network, address } = wallet
  const chain = modeOf(ctx, tenant)?.chains.get(network)
  if (!chain?.assets.includes(asset)) {
    throw new SkiroError('invalid_request', {
      param: at ?? 'network',
      message: `${asset} cannot be paid out on ${network} by this server.`,
    })
  }
  const verdict = chain.parseAddress(address)
  if (!verdict.ok) {
    throw new SkiroError('invalid_request', { param: at ?? 'address', message: verdict.hint })
  }
  return { asset, network, address: verdict.address }
}
