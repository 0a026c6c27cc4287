import type { Chain } from '../../adapters/chain.ts'
import type { Context, Mode } from '../../context.ts'
import { ProviderError } from '../../lib/errors.ts'
import { CHAIN_FIRST } from './chainsCheck.ts'
import type { Check } from './check.ts'
import { fail, type Finding, ok, skip } from './finding.ts'
import { knownWallet } from './store.ts'

/**
 * Nonces are handed out by the database alone. A chain that has used more of them means an old backup or a second
 * program with this key, and paying on could pay twice.
 */
export function noncesCheck(mode: Mode): Check {
  return {
    name: `${mode} nonces`,
    needs_database: true,
    lines: ({ ctx }) => (ctx.config[mode]?.chains ?? []).map(({ network }) => lineOf(mode, network)),
    async run({ ctx }) {
      const chains = [...(ctx.modes[mode]?.chains.values() ?? [])]
      return await Promise.all(chains.map((chain) => judgeNonces(ctx, mode, chain)))
    },
  }
}

const lineOf = (mode: Mode, network: string) => `${mode} nonces ${network}`

async function judgeNonces({ db }: Context, mode: Mode, chain: Chain): Promise<Finding> {
  const name = lineOf(mode, chain.network)
  const wallet = { livemode: mode === 'live', network: chain.network, address: await chain.walletAddress() }
  // The chain first: the database's count only grows, so a chain ahead of a later reading is really ahead.
  const consumed = await chain.chainNonce().catch((error: unknown) => {
    if (error instanceof ProviderError) return undefined
    throw error
  })
  if (consumed === undefined) return skip(name, CHAIN_FIRST)
  const known = await knownWallet(db, wallet)
  if (!known) return ok(name, 'The wallet has not paid anything yet.')
  const fix = 'Stop `skiro-server work`, then see "A wallet on hold" in docs/operations.md.'
  if (consumed !== null && consumed > known.next_nonce) {
    return fail(
      name,
      `The chain has used ${consumed} nonces, this database handed out ${known.next_nonce}: it is an old backup, or something else signs with this key.`,
      fix,
    )
  }
  if (known.hold_reason !== null) return fail(name, `The wallet is on hold: ${known.hold_reason}.`, fix)
  if (consumed === null) return ok(name, 'There are none: the coins that they spend tell transactions apart.')
  return ok(name, `The chain has used ${consumed} of the ${known.next_nonce} nonces that were handed out.`)
}
