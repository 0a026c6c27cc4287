/**
 * A bank with a page of its own sends the customer back to an address that anybody may open. Whether this browser is the
 * one that went there only this browser knows: it notes the session when it leaves.
 */
const NOTE = 'skiro:bank'

// The bank's question ends after ten minutes.
const KEPT_MS = 15 * 60_000

/** Notes that the customer goes to the bank for this session. */
export function leaveForBank(session = ''): void {
  try {
    localStorage.setItem(NOTE, `${session} ${Date.now()}`)
  } catch {
    // No storage: afterwards the way to the shop is the link on the page.
  }
}

/** Whether this browser went to the bank for this session. True once: a reload goes nowhere. */
export function isBackFromBank(session: string): boolean {
  try {
    const [noted, at] = (localStorage.getItem(NOTE) ?? '').split(' ')
    if (noted !== session) return false
    localStorage.removeItem(NOTE)
    return Date.now() - Number(at) < KEPT_MS
  } catch {
    return false
  }
}
