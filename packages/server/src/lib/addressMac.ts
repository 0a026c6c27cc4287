import { createHmac, hkdfSync } from 'node:crypto'
import { assert } from './assert.ts'
import { sameDigest, Secret } from './secrets.ts'

/** Whose payouts of what go where. The address in its network's canonical spelling. */
export type AddressClaim = {
  readonly merchant_id: string
  readonly livemode: boolean
  readonly asset: string
  readonly network: string
  readonly address: string
}

/**
 * Vouches for payout addresses: HMAC-SHA256 under a key that is not in the database. Who can write to the database, but
 * has not this key, cannot have a payout sent elsewhere. The first key makes, all of them verify.
 */
export class AddressMac {
  readonly #keys: readonly Secret[]

  /** @param keys 32 bytes in base64 each */
  constructor(keys: readonly Secret[]) {
    assert(keys.length > 0, 'a MAC needs a key')
    this.#keys = keys
  }

  make(claim: AddressClaim): Buffer {
    return mac(this.#keys[0] as Secret, claim)
  }

  verifies(claim: AddressClaim, made: Uint8Array): boolean {
    return this.#keys.some((key) => sameDigest(mac(key, claim), made))
  }
}

/** The MAC key of a sandbox that has but its wallet's private key: who has that needs no MAC to steal. */
export function macKeyFromSignerKey(signer_key: Secret): Secret {
  return new Secret(
    Buffer.from(hkdfSync('sha256', signer_key.reveal(), '', 'skiro payout address', 32)).toString('base64'),
  )
}

function mac(key: Secret, { merchant_id, livemode, asset, network, address }: AddressClaim): Buffer {
  const fields = ['skiro payout address 1', merchant_id, String(livemode), asset, network, address]
  // A separator inside a field could make two claims one.
  assert(!fields.some((field) => field.includes('\n')), 'a line break in a payout address')
  return createHmac('sha256', Buffer.from(key.reveal(), 'base64')).update(fields.join('\n')).digest()
}
