import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { keccak256, recoverAddress, serializeTransaction } from 'viem'
import {
  callOf,
  MAC_KEY,
  OTHER_PAYEE,
  PAYEE,
  payment,
  RULES,
  SIGNER_KEY,
  SIGNER_WALLET,
  signingRequest,
} from '../../../../../../test/support/signing.ts'
import { AddressMac } from '../../../lib/addressMac.ts'
import { Secret } from '../../../lib/secrets.ts'
import { createOpenSigner } from '../../conformance/openSigner.ts'
import type { Refusal, SigningRequest } from '../../signer.ts'
import { createLocalSigner } from '../local.ts'
import { createEvmShape } from '../shared/evmShape.ts'
import { openFileJournal } from '../shared/fileJournal.ts'
import { createGuardedSigner } from './index.ts'

const folder = await mkdtemp(join(tmpdir(), 'skiro-guard-'))
const journal = await openFileJournal(join(folder, 'journal'))
after(async () => {
  await journal.close()
  await rm(folder, { recursive: true })
})

const NONE = { transaction: 0n, hour: 0n, day: 0n }
const MUCH = { transaction: 10n ** 18n, hour: 10n ** 20n, day: 10n ** 20n }
const key = createLocalSigner(SIGNER_KEY)
const guard = {
  shapes: new Map([['ethereum', createEvmShape(RULES)]]),
  policy: {
    caps: { USDT: { ...MUCH, transaction: 5_000_000n }, ETH: MUCH, USDC: NONE },
    fees: { ETH: { ...MUCH, transaction: 10n ** 15n } },
  },
  mac: new AddressMac([new Secret(MAC_KEY)]),
  livemode: false,
  journal,
}
const signer = createGuardedSigner(key, guard)
/** The control: the same key without a guard. */
const open = createOpenSigner(key)

let nonce = 0
const next = (...rest: [never?]): [string, number] => [`po_${++nonce}`, nonce, ...(rest as [])]

async function signs(request: SigningRequest): Promise<void> {
  const [signature, ...more] = await signer.signTransaction(request)
  assert.ok(signature && more.length === 0)
  const { r, s, y_parity } = signature
  const wallet = await recoverAddress({
    hash: keccak256(request.unsigned),
    signature: { r, s, yParity: y_parity },
  })
  assert.equal(wallet, SIGNER_WALLET)
}

/** The signer says no for that reason, and would have been able to sign. */
async function refuses(request: SigningRequest, reason: Refusal, who = signer): Promise<void> {
  assert.equal((await open.signTransaction(request)).length, 1)
  await assert.rejects(who.signTransaction(request), { name: 'SigningRefused', kind: 'refused', reason })
}

describe('signs', () => {
  test('a transfer of a listed token', async () => signs(signingRequest(...next())))
  test('a transfer of ETH', async () => signs(signingRequest(...next(), [{ asset: 'ETH', amount: 5n }])))
  test('many payments by the vault', async () =>
    signs(signingRequest(...next(), [{ amount: 1n }, { to: OTHER_PAYEE, amount: 2n }])))
  test('one payment by the vault', async () => {
    const [id, n] = next()
    await signs(signingRequest(id, n, [{}], { call: callOf(id, [{}], true) }))
  })
  test('a cancellation: nothing to ourselves', async () => {
    const [id, n] = next()
    await signs(signingRequest(id, n))
    await signs(signingRequest(id, n, [], { gas: 21_000n, maxFeePerGas: 9_000_000_000n }))
  })
})

describe('refuses what is no transfer of the list', () => {
  const transfer = callOf('x', [{}])
  const tampered: [string, Parameters<typeof signingRequest>[3]][] = [
    ['another chain', { chainId: 1 }],
    ['another token', { call: { ...transfer, to: OTHER_PAYEE } }],
    ['approve', { call: { ...transfer, data: transfer.data?.replace('a9059cbb', '095ea7b3') } }],
    ['bytes behind the arguments', { call: { ...transfer, data: `${transfer.data}00` } }],
    ['coins with the call', { call: { ...transfer, value: 1n } }],
    ['a new contract', { call: { data: '0x6000' } }],
    ['a call of the payee', { call: { to: PAYEE, data: '0x12345678' } }],
    ['nothing to somebody', { call: { to: PAYEE, value: 0n } }],
    ['a batch under another id', { call: callOf('po_other', [{}], true) }],
    ['an access list', { accessList: [{ address: RULES.tokens.USDT, storageKeys: [] }] }],
  ]
  for (const [what, change] of tampered)
    test(what, async () => refuses(signingRequest(...next(), [{}], change), 'not_allowed'))

  test('another network, old transactions, signed ones, and noise', async () => {
    const good = signingRequest(...next())
    await refuses({ ...good, network: 'base' }, 'not_allowed')
    const legacy = serializeTransaction({
      type: 'legacy',
      chainId: 31337,
      to: PAYEE,
      value: 1n,
      gasPrice: 1n,
    })
    await refuses({ ...good, unsigned: legacy }, 'not_allowed')
    for (const unsigned of ['0x', '0x02', `${good.unsigned}00`, good.unsigned.slice(0, -2)] as const)
      await refuses({ ...good, unsigned: unsigned as '0x' }, 'not_allowed')
  })
})

describe('refuses what is not the order', () => {
  const wrong: [string, Parameters<typeof signingRequest>[4]][] = [
    ['another amount', { payments: [payment({ amount: 999_999n })] }],
    ['another payee', { payments: [payment({ to: OTHER_PAYEE })] }],
    ['another asset', { payments: [payment({ asset: 'USDC' })] }],
    ['one more payment', { payments: [payment(), payment()] }],
    ['a cancellation', { payments: [] }],
    ['no order', { id: '' }],
  ]
  for (const [what, order] of wrong)
    test(what, async () => refuses(signingRequest(...next(), [{}], {}, order), 'other_payments'))
})

describe('refuses addresses that nobody vouches for', () => {
  const proofs: [string, object][] = [
    ['without a MAC', { mac: null }],
    ['with a MAC of nothing', { mac: '00'.repeat(32) }],
    ['with a MAC that is cut short', { mac: payment().mac.slice(2) }],
    ['of another merchant', { merchant_id: 'mer_2' }],
    ['of the other mode', { livemode: true }],
    ['of another asset', { mac: payment({ asset: 'USDC' }).mac }],
    ['of the address that was before', { mac: payment({ to: OTHER_PAYEE }).mac }],
  ]
  for (const [what, proof] of proofs) {
    test(what, async () => {
      const request = signingRequest(...next(), [{}], {}, { payments: [payment({}, proof)] })
      await refuses(request, 'address_not_proven')
    })
  }

  test('all of them when it has no key to check with', async () => {
    const blind = createGuardedSigner(key, { ...guard, mac: null })
    await refuses(signingRequest(...next()), 'address_not_proven', blind)
  })

  test('one of many', async () => {
    const payments = [payment({ amount: 1n }), payment({ to: OTHER_PAYEE }, { mac: null })]
    const request = signingRequest(...next(), [{ amount: 1n }, { to: OTHER_PAYEE }], {}, { payments })
    await refuses(request, 'address_not_proven')
  })
})

describe('refuses too much', () => {
  test('in one transaction, also in many payments', async () => {
    await signs(signingRequest(...next(), [{ amount: 5_000_000n }]))
    await refuses(signingRequest(...next(), [{ amount: 5_000_001n }]), 'over_transaction_cap')
    const halves = [{ amount: 2_500_000n }, { to: OTHER_PAYEE, amount: 2_500_001n }]
    await refuses(signingRequest(...next(), halves), 'over_transaction_cap')
  })
  test('for the fee', async () => {
    const fee = (maxFeePerGas: bigint) => signingRequest(...next(), [{}], { gas: 100_000n, maxFeePerGas })
    await signs(fee(10n ** 10n))
    await refuses(fee(10n ** 10n + 1n), 'over_fee_cap')
  })
  test('of an asset that has no caps, or whose caps are nought', async () => {
    await refuses(signingRequest(...next(), [{ asset: 'USDC' }]), 'over_transaction_cap')
    const poor = createGuardedSigner(key, { ...guard, policy: { caps: {}, fees: guard.policy.fees } })
    await refuses(signingRequest(...next()), 'not_allowed', poor)
  })
})

test('is stopped by its kill switch, also while a slow key is signing', async () => {
  let stopped: string | null = 'because'
  const switched = { ...journal, stopped: async () => stopped }
  await refuses(
    signingRequest(...next()),
    'stopped',
    createGuardedSigner(key, { ...guard, journal: switched }),
  )
  stopped = null
  const slow = {
    ...key,
    signDigest: async (digest: `0x${string}`) => {
      stopped = 'meanwhile'
      return await key.signDigest(digest)
    },
  }
  await refuses(
    signingRequest(...next()),
    'stopped',
    createGuardedSigner(slow, { ...guard, journal: switched }),
  )
})
