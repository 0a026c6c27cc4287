import type { PageData } from '../pageData.ts'
import { showCountdown, syncClock } from './countdown.ts'
import { lockEmail, readEmail, refuseEmail, watchEmail } from './email.ts'
import { askToken, focusFrame, isFrameReady, listenToFrame, reloadFrame, tellFrame } from './frame.ts'
import { type PayAnswer, postPayment } from './payment.ts'
import { startReceipt } from './receipt.ts'
import {
  announce,
  byId,
  elementOf,
  enableCopying,
  hideAlert,
  localiseTimes,
  showAlert,
  showState,
} from './screen.ts'
import { restartPolling, type Status, startPolling } from './status.ts'

/**
 * The hosted page in the browser. The server owns the truth: this script asks for a token, posts it, and shows what
 * the server says. Whatever it does not know for certain it asks about, before another try is possible.
 */
type Mode =
  | 'idle' // can be paid
  | 'paying' // waits for the token, then for the answer of /pay
  | 'checking' // /pay gave no usable answer: nobody knows yet whether money moved
  | 'processing' // the server has the payment and no verdict yet
  | 'confirming' // paid; waits for the shop to have heard of it
  | 'ended' // nothing left to do here

const FRAME_WAIT = 6000
const CONFIRM_WAIT = 15_000
// How long "open" must hold after a lost answer: our request may still be on its way to the server.
const CHECK_WAIT = 3000
// Between two loads of the page, so that a page and a status that disagree cannot make it spin.
const RELOAD_GAP = 3000

const root = document.documentElement
const page: PageData | null = JSON.parse(root.dataset.page ?? 'null')

let mode: Mode = 'ended'
let checkingSince = 0
let expired = false
let frameTimer: ReturnType<typeof setTimeout> | undefined

root.dataset.js = ''
listenToFrame({
  ready: onFrameReady,
  enter: () => {
    if (mode === 'idle') elementOf('payment', HTMLFormElement).requestSubmit()
  },
  // What was wrong with the last card says nothing about the one that stands there now.
  complete: () => {
    if (mode === 'idle') hideAlert()
  },
})
document.addEventListener('DOMContentLoaded', start)
// Back from another page, the browser may show this one as it was, even after the payment.
addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload()
})

function start(): void {
  localiseTimes()
  if (!page) return
  enableCopying(page.texts.copied)
  syncClock(page.server_time)
  if (page.state === 'open') startOpen()
  else if (page.state === 'processing') mode = 'processing'
  else if (page.state === 'paid') startReceipt(page.session_id)
  if (mode !== 'ended') startPolling(page.session_id, onStatus)
}

function startOpen(): void {
  mode = 'idle'
  watchEmail()
  byId('payment').addEventListener('submit', (event) => {
    event.preventDefault()
    void pay()
  })
  byId('frame-retry').addEventListener('click', retryFrame)
  // Declined before this page was made: the message is what the reader needs first.
  if (!byId('alert').hidden) byId('alert').focus()
  if (isFrameReady()) onFrameReady()
  else waitForFrame()
  tick()
  setInterval(tick, 1000)
}

function onFrameReady(): void {
  clearTimeout(frameTimer)
  root.dataset.frame = 'ready'
  // Before the document is complete there is no form yet; start() comes back here.
  if (mode === 'ended') return
  // The retry button goes away with its message: the focus moves on instead of getting lost.
  const retried = byId('frame-help').contains(document.activeElement)
  byId('frame-help').hidden = true
  if (retried) tellFrame({ type: 'skiro:focus' })
  updateButton()
}

function waitForFrame(): void {
  clearTimeout(frameTimer)
  frameTimer = setTimeout(() => {
    root.dataset.frame = 'failed'
    byId('frame-help').hidden = false
    announce(byId('frame-help').querySelector('p')?.textContent ?? '')
  }, FRAME_WAIT)
}

function retryFrame(): void {
  // Without a frame in the page only the server can offer one.
  if (!document.getElementById('card-frame')) return reload()
  delete root.dataset.frame
  reloadFrame()
  waitForFrame()
}

function updateButton(): void {
  const busy = mode === 'paying' || mode === 'checking'
  const button = elementOf('pay', HTMLButtonElement)
  button.disabled = busy || expired || !isFrameReady()
  button.ariaBusy = String(busy)
  lockEmail(busy)
}

function setMode(next: Mode): void {
  mode = next
  updateButton()
}

async function pay(): Promise<void> {
  if (mode !== 'idle' || !page || elementOf('pay', HTMLButtonElement).disabled) return
  hideAlert()
  const email = readEmail()
  if (email === null) return
  setMode('paying')
  announce(page.texts.paying)
  const answer = await askToken()
  if (answer.token === null) {
    announce('')
    setMode('idle')
    // A wrong field is explained by the frame itself, beside that field.
    if (answer.field) focusFrame()
    else showAlert(answer.message || page.texts.not_charged)
    return
  }
  onPayAnswer(await postPayment(page.session_id, answer.token, email))
}

function onPayAnswer(answer: PayAnswer | null): void {
  announce('')
  switch (answer?.status) {
    case 'paid':
      return onPaid()
    case 'processing':
      return onProcessing()
    case 'declined':
      return onDeclined(answer.failure_code)
    case 'failed':
    case 'expired':
      return reload()
    case 'wrong_email':
      setMode('idle')
      return refuseEmail()
    default:
      checkingSince = Date.now()
      setMode('checking')
      showAlert(page!.texts.checking)
      restartPolling()
  }
}

function onDeclined(code: string | undefined): void {
  const declines: Record<string, string> = page!.texts.declines
  tellFrame({ type: 'skiro:reset', clear: ['csc'] })
  setMode('idle')
  showAlert(declines[code ?? ''] ?? page!.texts.declines.card_declined)
}

function onProcessing(): void {
  mode = 'processing'
  showState('processing')
  restartPolling()
}

function onPaid(): void {
  if (!page?.redirect_url) return reload()
  mode = 'confirming'
  showState('paid')
  restartPolling()
  // The way back never depends on the shop's server: after this long the customer goes anyway.
  setTimeout(leave, CONFIRM_WAIT)
}

function onStatus(answer: Status): void {
  syncClock(answer.server_time)
  const { status } = answer
  if (mode === 'confirming') {
    if (answer.webhook_accepted) leave()
  } else if (mode === 'processing') {
    if (status === 'paid') onPaid()
    else if (status !== 'processing') reload()
  } else if (mode === 'checking') {
    if (status === 'paid') onPaid()
    else if (status === 'processing') onProcessing()
    else if (status !== 'open') reload()
    else if (Date.now() - checkingSince >= CHECK_WAIT) onNotCharged()
  } else if (mode === 'idle' && status !== 'open') {
    // Paid in another tab, or over: the server has the page for it.
    reload()
  }
}

function onNotCharged(): void {
  tellFrame({ type: 'skiro:reset', clear: ['csc'] })
  setMode('idle')
  showAlert(page!.texts.not_charged)
}

function leave(): void {
  if (mode !== 'confirming' || !page?.redirect_url) return
  mode = 'ended'
  location.assign(page.redirect_url)
}

function reload(): void {
  mode = 'ended'
  setTimeout(() => location.reload(), Math.max(0, RELOAD_GAP - performance.now()))
}

function tick(): void {
  if (!page?.expires_at || mode !== 'idle') return
  const over = !showCountdown(page.expires_at, page.texts.expires_in)
  if (over === expired) return
  expired = over
  updateButton()
  // The server's clock decides; until it says so, this page only stops offering to pay.
  if (expired) restartPolling()
}
