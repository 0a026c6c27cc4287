/** What an address of the merchant answers to GET; null when it does not answer 2xx in time. Never throws. */
export async function ask(url: URL, timeout_ms: number): Promise<string | null> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(timeout_ms) })
    const text = await answer.text()
    return answer.ok ? text : null
  } catch {
    return null
  }
}
