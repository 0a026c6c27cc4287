import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { ProviderError } from '../../../lib/errors.ts'
import type { Fiat, Money } from '../../../lib/money.ts'
import type { PaymentSnapshot } from '../../acquirer.ts'
import type { AcquirerHarness } from './harness.ts'

export const usd = (amount: bigint): Money<Fiat> => ({ amount, asset: 'USD' })

/** Checks that a rejection is a ProviderError of that kind. */
export const providerError = (kind: ProviderError['kind']) => (error: unknown) => {
  assert.ok(error instanceof ProviderError, `expected a ProviderError, got ${String(error)}`)
  assert.equal(error.kind, kind, error.message)
  return true
}

export const newKey = () => randomUUID()

/** A payment of its own for one test: nothing is shared between tests but the provider. */
export function newInput(amount = 4999n) {
  const id = randomUUID()
  return {
    amount: usd(amount),
    reference: `txn_${id}`,
    session: `cs_${id}`,
    descriptor: 'SKIRO*SHOP',
    three_ds: 'always' as const,
    return_url: `https://pay.example.com/${id}/return`,
  }
}

/** What the groups of the suite share. The harness exists once the suite has started. */
export type Subject = ReturnType<typeof newSubject>

export function newSubject(harness: () => AcquirerHarness) {
  async function created(amount?: bigint) {
    const input = newInput(amount)
    return { input, payment: await harness().acquirer.createPayment(input, newKey()) }
  }

  async function authorized(amount?: bigint): Promise<{ reference: string; payment: PaymentSnapshot }> {
    const { input, payment } = await created(amount)
    const token = await harness().token(input.session, 'approved')
    return {
      reference: input.reference,
      payment: await harness().acquirer.confirm(payment.ref, token, newKey()),
    }
  }

  async function captured(amount = 4999n) {
    const { reference, payment } = await authorized(amount)
    return { reference, payment: await harness().acquirer.capture(payment.ref, usd(amount), newKey()) }
  }

  return { harness, created, authorized, captured }
}
