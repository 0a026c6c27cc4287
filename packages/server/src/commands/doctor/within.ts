import { sleep } from '../../lib/clock.ts'

/** What `work` resolves with, or what `late` gives when it takes longer than `ms`; its own end is then not waited for. */
export async function within<T>(work: Promise<T>, ms: number, late: () => T): Promise<T> {
  const over = new AbortController()
  try {
    return await Promise.race([
      work,
      sleep(ms, over.signal).then(() => (over.signal.aborted ? work : late())),
    ])
  } finally {
    over.abort()
  }
}
