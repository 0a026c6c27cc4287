import type { Skiro } from 'skiro'

/** The sequence of the newest event; 0 when there is none. Whatever happens from now on comes after it. */
export async function latestSequence(skiro: Skiro, signal: AbortSignal): Promise<number> {
  const page = await skiro.events.list({ limit: 1 }, { signal })
  return page.data[0]?.sequence ?? 0
}
