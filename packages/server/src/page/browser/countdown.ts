import { announce, byId } from './screen.ts'

const COUNTDOWN_FROM = 5 * 60_000

let clockOffset = 0

/** Takes over the server's clock; the visitor's may be hours off. */
export function syncClock(serverTime: string): void {
  clockOffset = Date.parse(serverTime) - Date.now()
}

/** Shows the time left when it is getting short, in `text` for `{time}`. Returns whether any is left. */
export function showCountdown(expiresAt: string, text: string): boolean {
  const left = Date.parse(expiresAt) - (Date.now() + clockOffset)
  const countdown = byId('countdown')
  countdown.hidden = left > COUNTDOWN_FROM || left <= 0
  if (!countdown.hidden) {
    const seconds = Math.ceil(left / 1000)
    const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
    countdown.textContent = text.replace('{time}', time)
    // Read aloud twice only: a clock that speaks every second drowns the form.
    if (seconds === COUNTDOWN_FROM / 1000 || seconds === 60) announce(countdown.textContent)
  }
  return left > 0
}
