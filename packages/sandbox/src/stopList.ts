import { setTimeout as sleep } from 'node:timers/promises'

/** Everything that runs and how to stop it. */
export interface StopList {
  /** Adds a running thing; it is stopped before those added earlier. */
  add: (name: string, stop: () => Promise<void>) => void
  /**
   * Stops all, last added first, each once. One that fails or takes longer than `limit_ms` does not keep the
   * others from being stopped; gives a line on each of these.
   */
  stopAll: (limit_ms: number) => Promise<string[]>
}

/** An empty stop list. */
export function createStopList(): StopList {
  const entries: { name: string; stop: () => Promise<void> }[] = []
  return {
    add: (name, stop) => void entries.push({ name, stop }),
    async stopAll(limit_ms) {
      const troubles: string[] = []
      for (let entry = entries.pop(); entry !== undefined; entry = entries.pop()) {
        const { name, stop } = entry
        const late = new AbortController()
        const outcome = await Promise.race([
          stop().then(
            () => null,
            (error: unknown) => `${name} did not stop cleanly: ${String(error)}`,
          ),
          sleep(limit_ms, `${name} did not stop in time`, { signal: late.signal }).catch(() => null),
        ])
        late.abort()
        if (outcome !== null) troubles.push(outcome)
      }
      return troubles
    },
  }
}
