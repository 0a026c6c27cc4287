import { offerMoreTime, showCountdown } from './countdown.ts'
import { lockEmail, watchEmail } from './email.ts'
import { isFrameReady, reloadFrame, tellFrame } from './frame.ts'
import { announce, byId, elementOf, moveToAlert } from './screen.ts'
import { type Mode, reload, state } from './state.ts'
import { askOften } from './status.ts'

const FRAME_WAIT = 6000

let cardTimer: ReturnType<typeof setTimeout> | undefined

/** Makes the form work. */
export function startForm(onSubmit: () => void): void {
  state.mode = 'idle'
  watchEmail()
  byId('payment').addEventListener('submit', (event) => {
    event.preventDefault()
    onSubmit()
  })
  byId('frame-retry').addEventListener('click', retryFrame)
  // Declined before this page was made: the message is what the reader needs first.
  if (!byId('alert').hidden) {
    // Or the browser scrolls back to where the reader was before the reload.
    history.scrollRestoration = 'manual'
    moveToAlert()
  }
  if (isFrameReady()) onFrameReady()
  else waitForCard()
  offerMoreTime(tick)
  tick()
  setInterval(tick, 1000)
}

/** The card fields can be used. */
export function onFrameReady(): void {
  clearTimeout(cardTimer)
  document.documentElement.dataset.frame = 'ready'
  // Before the document is complete there is no form yet; startForm() comes back here.
  if (state.mode === 'ended') return
  // The retry button goes away with its message: the focus moves on instead of getting lost.
  const retried = byId('frame-help').contains(document.activeElement)
  byId('frame-help').hidden = true
  if (retried) tellFrame({ type: 'skiro:focus' })
  updateButton()
}

/** Changes what the form can do. */
export function setMode(next: Mode): void {
  state.mode = next
  updateButton()
}

function updateButton(): void {
  const busy = state.mode === 'paying' || state.mode === 'checking'
  const button = elementOf('pay', HTMLButtonElement)
  button.disabled = busy || state.isExpired || !isFrameReady()
  button.ariaBusy = String(busy)
  lockEmail(busy)
}

function waitForCard(): void {
  clearTimeout(cardTimer)
  cardTimer = setTimeout(() => {
    document.documentElement.dataset.frame = 'failed'
    byId('frame-help').hidden = false
    announce(byId('frame-help').querySelector('p')?.textContent ?? '')
  }, FRAME_WAIT)
}

function retryFrame(): void {
  // Without a frame in the page only the server can offer one.
  if (!document.getElementById('card-frame')) return reload()
  delete document.documentElement.dataset.frame
  reloadFrame()
  waitForCard()
}

function tick(): void {
  if (state.mode !== 'idle') return
  const isOver = !showCountdown()
  if (isOver === state.isExpired) return
  state.isExpired = isOver
  updateButton()
  // The server's clock decides; until it says so, this page only stops offering to pay.
  if (isOver) askOften()
}
