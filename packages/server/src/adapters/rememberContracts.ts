import { monotonicMs, sleep } from '../lib/clock.ts'
import { createRecent } from '../lib/recent.ts'
import { type AskContract, askContract } from './contractElsewhere.ts'

/** Answers that are kept at least. */
const KEPT = 10_000
/** A contract may come into being at an address. It hardly ever goes away. */
const FRESH_MS = 5 * 60_000
const PATIENCE_MS = 5_000
const SILENT_MS = 30_000

/**
 * Asks each chain once for each address, and then no more for five minutes. A node that has not answered for five seconds
 * does not tell, and is left alone for half a minute: whoever waits for it would wait for every address anew.
 * @param onSilence hears of it, with the network's name
 * @param now milliseconds of a clock that is never set
 * @param patience_ms for how long an answer is waited for
 */
export function rememberContracts(
  onSilence: (network: string) => void,
  now: () => number = monotonicMs,
  patience_ms = PATIENCE_MS,
): AskContract {
  const answers = createRecent<{ readonly is_contract: boolean; readonly until: number }>(KEPT)
  const silent = new Map<string, number>()
  return async (chain, address) => {
    if (!chain.isContract) return null
    const { network } = chain
    const key = `${network} ${address}`
    const known = answers.get(key)
    if (known && now() < known.until) return known.is_contract
    if (now() < (silent.get(network) ?? 0)) return null
    const patience = new AbortController()
    const is_contract = await Promise.race([
      askContract(chain, address),
      sleep(patience_ms, patience.signal).then(() => null),
    ])
    patience.abort()
    if (is_contract !== null) answers.set(key, { is_contract, until: now() + FRESH_MS })
    else if (now() >= (silent.get(network) ?? 0)) {
      silent.set(network, now() + SILENT_MS)
      onSilence(network)
    }
    return is_contract
  }
}
