/** Answer of `GET /{session_id}/status`. */
export type Status = {
  status: 'open' | 'authenticate' | 'processing' | 'paid' | 'failed' | 'expired'
  failure_code: string | null
  webhook_accepted: boolean
  server_time: string
}

let pollTimer: ReturnType<typeof setTimeout> | undefined
let pollStart = 0
let pollUrl = ''
let pollHandler: (status: Status) => void = () => {}
let pollRound = 0

/** Starts asking for the session's state, and asks again whenever the page comes back into view. */
export function startPolling(session: string, handler: (status: Status) => void): void {
  pollUrl = `/${encodeURIComponent(session)}/status`
  pollHandler = handler
  restartPolling()
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) restartPolling()
  })
}

/** Asks often again, as after a payment was sent: 0.5 s, then 1 s, 2 s, and 10 s after a minute. */
export function restartPolling(): void {
  pollStart = Date.now()
  schedule(500)
}

function schedule(delay: number): void {
  clearTimeout(pollTimer)
  const round = ++pollRound
  pollTimer = setTimeout(() => void ask(round), delay)
}

async function ask(round: number): Promise<void> {
  // Nobody looks: wait for visibilitychange instead of asking all day.
  const status = document.hidden ? null : await fetchStatus()
  // A newer round has begun while this one waited for its answer.
  if (round !== pollRound) return
  if (status) pollHandler(status)
  if (round !== pollRound) return
  const age = Date.now() - pollStart
  schedule(age < 3000 ? 1000 : age < 60_000 ? 2000 : 10_000)
}

async function fetchStatus(): Promise<Status | null> {
  try {
    const answer = await fetch(pollUrl, {
      cache: 'no-store',
      redirect: 'error',
      signal: AbortSignal.timeout(8000),
    })
    const body: Status = await answer.json()
    return answer.ok ? body : null
  } catch {
    return null
  }
}
