import { type Context, modeOf } from '../context.ts'
import type { AddressMac } from '../lib/addressMac.ts'
import { SkiroError } from '../lib/errors.ts'
import type { Crypto } from '../lib/money.ts'
import type { Tenant } from '../lib/tenant.ts'

export type Wallet = { readonly asset: Crypto; readonly network: string; readonly address: string }
/** A wallet that somebody with the MAC key vouches for. */
export type ProvenWallet = Wallet & { readonly mac: Buffer }

/**
 * The wallet with its address in the network's canonical spelling, vouched for. `at` is the parameter to blame when the input has
 * the whole wallet in one; otherwise it is `network` or `address`.
 * @throws SkiroError invalid_request when this server does not pay that asset there, the network refuses the address, or
 * this process has no key to vouch for it
 */
export function checkWallet(ctx: Context, tenant: Tenant, wallet: Wallet, at?: string): ProvenWallet {
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
  const checked = { asset, network, address: verdict.address }
  return { ...checked, mac: macOf(ctx, tenant).make({ ...tenant, ...checked }) }
}

/** @throws SkiroError invalid_request when the settings have no key for it */
function macOf({ config }: Context, { livemode }: Tenant): AddressMac {
  const mac = config[livemode ? 'live' : 'test']?.signer.address_mac
  if (mac) return mac
  throw new SkiroError('invalid_request', {
    message: 'SKIRO_ADDRESS_MAC_KEY is not set here. Without it the signer would not pay to this address.',
  })
}
