import type { Chain } from '../../adapters/chain.ts'
import type { Mode } from '../../context.ts'
import { nowSeconds } from '../../lib/clock.ts'
import { type Asset, ASSETS, formatDecimal } from '../../lib/money.ts'
import type { Check } from './check.ts'
import { fail, type Finding, ok, skip, warn } from './finding.ts'
import { sentence } from './sentence.ts'

export const CHAIN_FIRST = 'Cannot be asked while the chain is not right.'

/** Every chain of a mode: the node and the money of the wallet. */
export function chainsCheck(mode: Mode): Check {
  return {
    name: `${mode} chains`,
    lines: ({ ctx }) => (ctx.config[mode]?.chains ?? []).map(({ network }) => `${mode} chain ${network}`),
    async run({ ctx }) {
      const chains = [...(ctx.modes[mode]?.chains.values() ?? [])]
      const findings = await Promise.all(chains.map((chain) => chainFindings(mode, chain)))
      return findings.flat()
    },
  }
}

async function chainFindings(mode: Mode, chain: Chain): Promise<Finding[]> {
  const name = (what: string) => `${mode} ${what} ${chain.network}`
  try {
    const { block_number, block_time, block_seconds, fuel } = await chain.probe()
    const node = judgeBlock(name('chain'), block_number, nowSeconds() - block_time, block_seconds)
    return [node, ...(await judgeWallet(name('wallet'), chain, fuel))]
  } catch (error) {
    const refused = (error as { kind?: unknown }).kind === 'refused'
    return [
      fail(
        name('chain'),
        refused ? `The node refuses: ${sentence(error)}` : `The node does not answer: ${sentence(error)}`,
        refused
          ? `Look at ${chain.fee_coin === 'BTC' ? 'chain and wallet' : 'chain_id and tokens'} of ${chain.network} in SKIRO_${mode.toUpperCase()}_CHAINS, and at which network its rpc_url serves.`
          : `Look at rpc_url of ${chain.network} in SKIRO_${mode.toUpperCase()}_CHAINS. Payouts wait until it answers.`,
      ),
      skip(name('wallet'), CHAIN_FIRST),
    ]
  }
}

const STALE_WARN_S = 120
const STALE_FAIL_S = 900
// Blocks that come by chance are late by chance: six times as long as usual happens once in 400 blocks, eighteen times
// once in 65 million.
const STALE_WARN_BLOCKS = 6
const STALE_FAIL_BLOCKS = 18

/**
 * @param age_s how long ago the newest block was made
 * @param block_s what a block takes on average
 */
export function judgeBlock(name: string, block: bigint, age_s: number, block_s = 0): Finding {
  const words = `The newest block, ${block}, is ${age_s < 120 ? `${age_s} s` : `${Math.floor(age_s / 60)} min`} old`
  const fix = 'The node is behind or cut off: payouts are not seen to arrive. Look at it, or take another.'
  if (age_s >= Math.max(STALE_FAIL_S, STALE_FAIL_BLOCKS * block_s)) return fail(name, `${words}.`, fix)
  if (age_s >= Math.max(STALE_WARN_S, STALE_WARN_BLOCKS * block_s)) return warn(name, `${words}.`, fix)
  return ok(name, `The right chain with the right tokens; ${words.toLowerCase()}.`)
}

/** Without fuel nothing leaves; without an asset its payouts are held. */
async function judgeWallet(
  name: string,
  chain: Chain,
  { coin, amount }: { coin: string; amount: bigint },
): Promise<Finding[]> {
  const address = await chain.walletAddress()
  if (amount === 0n) {
    return [
      fail(
        name,
        `The wallet ${address} has no ${coin} to pay for transactions: no payout can leave.`,
        `Send ${coin} on ${chain.network} to ${address}.`,
      ),
    ]
  }
  const holdings = await Promise.all(
    chain.assets.map(async (asset) => ({ asset, amount: await chain.balance(asset) })),
  )
  const empty = holdings.filter(({ amount }) => amount === 0n).map(({ asset }) => asset)
  if (empty.length > 0) {
    return [
      fail(
        name,
        `The wallet ${address} has no ${empty.join(' and no ')}: payouts in it are held.`,
        `Send ${empty.join(' and ')} on ${chain.network} to ${address}, or take it out of the chain's tokens.`,
      ),
    ]
  }
  const words = holdings.map(({ asset, amount }) => `${rounded(asset, amount)} ${asset}`)
  return [ok(name, `${address} holds ${words.join(', ')}.`)]
}

/** Down to the digits that people are shown. */
function rounded(asset: Asset, amount: bigint): string {
  const { decimals, shown } = ASSETS[asset]
  return formatDecimal(amount / 10n ** BigInt(decimals - shown), shown)
}
