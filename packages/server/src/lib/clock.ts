/**
 * The only file that reads the process's clock. Money decisions (expiry, leases) use database time instead: a clock
 * that lies on one machine must not keep a session alive.
 */

/** Milliseconds since the Unix epoch. */
export function nowMs(): number {
  return Date.now()
}

/** Seconds since the Unix epoch, as webhook signatures carry them. */
export function nowSeconds(): number {
  return Math.floor(Date.now() / 1000)
}

/** Milliseconds since some moment, never set back or forward: for how long something took or may still take. */
export function monotonicMs(): number {
  return performance.now()
}

/** Resolves after `ms` milliseconds, or at once when `signal` aborts. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    if (signal?.aborted) done()
    else signal?.addEventListener('abort', done, { once: true })
  })
}
