import { setTimeout as sleep } from 'node:timers/promises'
import type { SandboxChain } from '../chain.ts'
import { isRunning, processStart } from '../processes.ts'

/** Looks every second whether the node still runs, until it does not or `signal` aborts. */
export async function watchChain(
  chain: SandboxChain,
  signal: AbortSignal,
  onFailure: (error: Error) => void,
): Promise<void> {
  const node = { pid: chain.pid, started: processStart(chain.pid) ?? '' }
  while (!signal.aborted) {
    if (!isRunning(node)) return onFailure(new Error('The Ethereum node (anvil) ended unexpectedly.'))
    await sleep(1_000, undefined, { signal }).catch(() => undefined)
  }
}
