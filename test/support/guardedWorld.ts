import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { GuardedWorld } from '../../packages/server/src/adapters/conformance/signer.ts'
import type { DigestSigner } from '../../packages/server/src/adapters/signer.ts'
import { createGuardedSigner } from '../../packages/server/src/adapters/signers/guarded/index.ts'
import { createEvmShape } from '../../packages/server/src/adapters/signers/shared/evmShape.ts'
import {
  openFileJournal,
  startByFile,
  stopByFile,
} from '../../packages/server/src/adapters/signers/shared/fileJournal.ts'
import { AddressMac } from '../../packages/server/src/lib/addressMac.ts'
import { Secret } from '../../packages/server/src/lib/secrets.ts'
import { MAC_KEY, OTHER_PAYEE, payment, RULES, signingRequest } from './signing.ts'

/** The policy of the conformance suite, as SKIRO_TEST_SIGNER_POLICY and in minor units. */
export const POLICY_JSON = JSON.stringify({
  caps: { USDT: { transaction: '0.000010', hour: '0.000025', day: '0.0001' } },
  fees: { ETH: { transaction: '0.001', hour: '1', day: '1' } },
})
const POLICY = {
  caps: { USDT: { transaction: 10n, hour: 25n, day: 100n } },
  fees: { ETH: { transaction: 10n ** 15n, hour: 10n ** 18n, day: 10n ** 18n } },
}

export const request = (id: string, nonce: number, amount = 1n) => signingRequest(id, nonce, [{ amount }])

/** What no signer may sign. */
export const BAD: GuardedWorld['bad'] = [
  ['another chain', signingRequest('po_x', 90, [{ amount: 1n }], { chainId: 1 }), 'not_allowed'],
  [
    'another contract',
    signingRequest('po_x', 90, [{ amount: 1n }], { call: { to: OTHER_PAYEE, data: '0x12345678' } }),
    'not_allowed',
  ],
  [
    'another payee than that of the order',
    signingRequest(
      'po_x',
      90,
      [{ amount: 1n }],
      {},
      { payments: [payment({ to: OTHER_PAYEE, amount: 1n })] },
    ),
    'other_payments',
  ],
  [
    'an address that was changed in the database',
    signingRequest(
      'po_x',
      90,
      [{ to: OTHER_PAYEE, amount: 1n }],
      {},
      { payments: [payment({ to: OTHER_PAYEE, amount: 1n }, { mac: payment().mac })] },
    ),
    'address_not_proven',
  ],
  [
    'a fee that is too high',
    signingRequest('po_x', 90, [{ amount: 1n }], { gas: 10n ** 7n }),
    'over_fee_cap',
  ],
]

/** A signer around `key`, in this process, with a journal of its own. */
export async function guardedWorld(
  key: DigestSigner,
  options: { unreachable?: DigestSigner; close?: () => Promise<void> } = {},
): Promise<GuardedWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'skiro-guarded-'))
  const path = join(folder, 'journal')
  let journal = await openFileJournal(path)
  const around = (inner: DigestSigner) =>
    createGuardedSigner(inner, {
      shapes: new Map([['ethereum', createEvmShape(RULES)]]),
      policy: POLICY,
      mac: new AddressMac([new Secret(MAC_KEY)]),
      livemode: false,
      journal,
    })
  return {
    signer: around(key),
    unreachable: options.unreachable ? around(options.unreachable) : null,
    request,
    bad: BAD,
    stop: async () => stopByFile(path, 'a test'),
    start: async () => startByFile(path),
    async reopen() {
      await journal.close()
      journal = await openFileJournal(path)
      return around(key)
    },
    async close() {
      await journal.close()
      await options.close?.()
      await rm(folder, { recursive: true })
    },
  }
}
