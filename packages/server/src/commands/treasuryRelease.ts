import type { Context, Mode } from '../context.ts'
import { SkiroError } from '../lib/errors.ts'
import { readIdentity, releaseMode } from '../payouts/guardStore.ts'
import { type WalletKey, releaseWallet } from '../payouts/treasuryStore.ts'
import { defineCommand, type Outcome, UsageError } from './command.ts'
import { MODE } from './tenantOptions.ts'

export const treasuryRelease = defineCommand({
  name: 'treasury release',
  summary: 'let a hot wallet, or a whole mode, pay again that was put on hold',
  details: [
    'Only after somebody has found out what happened: see "A wallet on hold" in docs/operations.md. A nonce that the',
    'chain has used and this database has not handed out is skipped from then on; it is never given to a payout.',
    'Without --network and --address it releases the mode, which is held when the database is a copy or older than the',
    'acquirer: see "Restoring a backup".',
  ].join('\n'),
  example: 'treasury release --network ethereum --address 0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
  options: {
    mode: MODE,
    network: { type: 'string', value: '<network>', help: 'network of the wallet' },
    address: { type: 'string', value: '<address>', help: 'address of the wallet' },
  },
  async run({ mode, network, address }, { context }) {
    if ((network === undefined) !== (address === undefined))
      throw new UsageError('Give both of --network and --address, or none.', 'treasury release')
    if (network === undefined || address === undefined) return await release(await context(), mode as Mode)
    const livemode = mode === 'live'
    return await releaseOne(await context('adapters'), mode as Mode, { livemode, network, address })
  },
})

async function release({ db }: Context, mode: Mode): Promise<Outcome> {
  const released = await releaseMode(db, mode === 'live', await readIdentity(db))
  if (!released) throw new SkiroError('not_found', { message: `Payouts of ${mode} mode are not on hold.` })
  return {
    json: { object: 'payout_guard', livemode: mode === 'live', was_held: released.hold_reason },
    text: `Payouts of ${mode} mode are made again. They were held: ${released.hold_reason}.\n`,
  }
}

async function releaseOne({ db, modes }: Context, mode: Mode, key: WalletKey): Promise<Outcome> {
  const { network, address } = key
  const chain = modes[mode]?.chains.get(network)
  if (!chain)
    throw new SkiroError('not_found', { message: `No network ${network} is set up in ${mode} mode.` })
  const released = await releaseWallet(db, key, (await chain.chainNonce()) ?? 0n)
  if (!released) {
    throw new SkiroError('not_found', {
      message: `No wallet ${address} on ${network} is on hold in ${mode} mode.`,
    })
  }
  return {
    json: { object: 'treasury_wallet', ...key, was_held: released.hold_reason },
    text: `${address} on ${network} pays again. It was held: ${released.hold_reason}.\n`,
  }
}
