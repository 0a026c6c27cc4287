/** What `GET /{session_id}/status` answers, and the stream `/{session_id}/live` tells. */
export type Status = {
  status: 'open' | 'authenticate' | 'processing' | 'paid' | 'failed' | 'expired'
  failure_code: string | null
  webhook_accepted: boolean
  expires_at: string
  server_time: string
}

// The server's beat comes every 15 s. A stream that is silent for longer is cut somewhere on its way.
const SILENCE_MAX = 35_000

let statusUrl = ''
let liveUrl = ''
let tellStatus: (status: Status) => void = () => {}

let pollTimer: ReturnType<typeof setTimeout> | undefined
let pollStart = 0
let pollRound = 0

let live: EventSource | null = null
let silenceTimer: ReturnType<typeof setTimeout> | undefined
let isHeard = false

/**
 * Follows the session: by a stream of events, and by asking until the stream is heard and whenever it is not. Nobody
 * looks at a hidden page: it neither listens nor asks, and does both as soon as it is seen again.
 */
export function startFollowing(session: string, handler: (status: Status) => void): void {
  statusUrl = `/${encodeURIComponent(session)}/status`
  liveUrl = `/${encodeURIComponent(session)}/live`
  tellStatus = handler
  askOften()
  listen()
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) return hangUp()
    askOften()
    listen()
  })
  addEventListener('online', () => {
    askOften()
    listen()
  })
}

/** Asks often again, as after a payment was sent: 0.5 s, then 1 s, 2 s, and 10 s after a minute. */
export function askOften(): void {
  pollStart = Date.now()
  schedule(500)
}

function listen(): void {
  if (live || document.hidden || !('EventSource' in window)) return
  live = new EventSource(liveUrl)
  live.addEventListener('status', (event: MessageEvent<string>) => {
    heard()
    const status: Status = JSON.parse(event.data)
    tellStatus(status)
  })
  live.addEventListener('beat', heard)
  // The browser connects again by itself, unless it was refused. Until something is heard we ask.
  live.addEventListener('error', () => {
    if (live?.readyState === EventSource.CLOSED) hangUp()
    unheard()
  })
}

function hangUp(): void {
  live?.close()
  live = null
  isHeard = false
  clearTimeout(silenceTimer)
}

function heard(): void {
  isHeard = true
  clearTimeout(silenceTimer)
  silenceTimer = setTimeout(() => {
    hangUp()
    unheard()
    listen()
  }, SILENCE_MAX)
}

function unheard(): void {
  isHeard = false
  schedule(1000)
}

function schedule(delay: number): void {
  clearTimeout(pollTimer)
  const round = ++pollRound
  pollTimer = setTimeout(() => void ask(round), delay)
}

async function ask(round: number): Promise<void> {
  const isIdle = document.hidden || (isHeard && Date.now() - pollStart > 3000)
  const status = isIdle ? null : await fetchStatus()
  // A newer round has begun while this one waited for its answer.
  if (round !== pollRound) return
  if (status) tellStatus(status)
  if (round !== pollRound) return
  const age = Date.now() - pollStart
  schedule(age < 3000 ? 1000 : age < 60_000 ? 2000 : 10_000)
}

async function fetchStatus(): Promise<Status | null> {
  try {
    const answer = await fetch(statusUrl, {
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
