import { announce, byId, elementOf } from './screen.ts'
import { page, state } from './state.ts'

const COUNTDOWN_FROM = 5 * 60_000

let clockOffset = 0
let expiresAt = page?.expires_at ?? null

/** Takes over the server's clock, as the visitor's may be hours off, and the end of the session, which may move on. */
export function syncClock(serverTime: string, end?: string): void {
  clockOffset = Date.parse(serverTime) - Date.now()
  if (end !== undefined) expiresAt = end
}

/** Shows the time left when it is getting short. Returns whether any is left. */
export function showCountdown(): boolean {
  if (!page || expiresAt === null) return true
  const left = Date.parse(expiresAt) - (Date.now() + clockOffset)
  const countdown = byId('countdown')
  const isShort = left <= COUNTDOWN_FROM && left > 0
  if (isShort) {
    byId('countdown-text').textContent = page.texts.expires_in.replace('{time}', timeOf(left))
    // Read aloud twice only: a clock that speaks every second drowns the form.
    const seconds = Math.ceil(left / 1000)
    if (countdown.hidden || seconds === 60) announce(page.texts.time_offer.replace('{time}', timeOf(left)))
  }
  countdown.hidden = !isShort
  return left > 0
}

function timeOf(left: number): string {
  const seconds = Math.ceil(left / 1000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

/** One press gives ten minutes more, up to ten times (WCAG 2.2.1). The server decides, and its answer is shown. */
export function offerMoreTime(onAnswer: () => void): void {
  const button = elementOf('more-time', HTMLButtonElement)
  button.addEventListener('click', () => void askMoreTime(button).then(onAnswer))
}

async function askMoreTime(button: HTMLButtonElement): Promise<void> {
  if (!page || state.mode !== 'idle') return
  button.disabled = true
  try {
    const answer = await fetch(`/${encodeURIComponent(page.session_id)}/more-time`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Skiro-Page': '1' },
      body: '{}',
      redirect: 'error',
      signal: AbortSignal.timeout(8000),
    })
    const body: { expires_at: string; server_time: string } = await answer.json()
    if (!answer.ok || body.expires_at === expiresAt) return
    syncClock(body.server_time, body.expires_at)
    const left = Date.parse(body.expires_at) - Date.parse(body.server_time)
    announce(page.texts.time_given.replace('{time}', timeOf(left)))
    // The button goes away with the countdown: the focus moves on instead of getting lost.
    byId('pay').focus()
  } catch {
    // The countdown goes on, and so does the offer.
  } finally {
    button.disabled = false
  }
}
