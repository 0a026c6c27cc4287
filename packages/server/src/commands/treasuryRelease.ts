import { SkiroError } from '../lib/errors.ts'
import { releaseWallet } from '../payouts/treasuryStore.ts'
import { defineCommand } from './command.ts'
import { MODE } from './tenantOptions.ts'

export const treasuryRelease = defineCommand({
  name: 'treasury release',
  summary: 'let a hot wallet pay again that was put on hold',
  details: [
    'Only after somebody has found out what happened: see "A wallet on hold" in docs/operations.md. A nonce that the',
    'chain has used and this database has not handed out is skipped from then on; it is never given to a payout.',
  ].join('\n'),
  example: 'treasury release --network ethereum --address 0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
  options: {
    mode: MODE,
    network: { type: 'string', required: true, value: '<network>', help: 'network of the wallet' },
    address: { type: 'string', required: true, value: '<address>', help: 'address of the wallet' },
  },
  async run({ mode, network, address }, { context }) {
    const ctx = await context('adapters')
    const key = { livemode: mode === 'live', network, address }
    const chain = ctx.modes[mode === 'live' ? 'live' : 'test']?.chains.get(network)
    if (!chain)
      throw new SkiroError('not_found', { message: `No network ${network} is set up in ${mode} mode.` })
    const released = await releaseWallet(ctx.db, key, (await chain.chainNonce()) ?? 0n)
    if (!released) {
      throw new SkiroError('not_found', {
        message: `No wallet ${address} on ${network} is on hold in ${mode} mode.`,
      })
    }
    return {
      json: { object: 'treasury_wallet', ...key, was_held: released.hold_reason },
      text: `${address} on ${network} pays again. It was held: ${released.hold_reason}.\n`,
    }
  },
})
