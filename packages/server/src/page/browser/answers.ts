import { askBank, backToForm } from './bank.ts'
import { syncClock } from './countdown.ts'
import { refuseEmail } from './email.ts'
import { setMode } from './form.ts'
import { tellFrame } from './frame.ts'
import type { PayAnswer } from './payment.ts'
import { announce, byId, showAlert, showState } from './screen.ts'
import { page, reload, state } from './state.ts'
import { askOften, type Status } from './status.ts'

const CONFIRM_WAIT = 15_000
// How long "open" must hold after a lost answer: our request may still be on its way to the server.
const CHECK_WAIT = 3000

let checkingSince = 0

/** What the server says about what the customer has just done. Null: no usable answer came. */
export function onPayAnswer(answer: PayAnswer | null): void {
  announce('')
  switch (answer?.status) {
    case 'paid':
      return onPaid()
    case 'processing':
      return onProcessing()
    case 'authenticate':
      if (!answer.action) return onProcessing()
      askBank(answer.action)
      return askOften()
    case 'declined':
      return onDeclined(answer.failure_code)
    case 'cancelled':
      return backToForm() ? onNotCharged() : reload()
    case 'open':
    case 'failed':
    case 'expired':
    case 'already_paid':
      return reload()
    case 'wrong_email':
      setMode('idle')
      return refuseEmail()
    default:
      checkingSince = Date.now()
      setMode('checking')
      showAlert(page!.texts.checking)
      askOften()
  }
}

/** What the server says when it is asked how things are. */
export function onStatus(answer: Status): void {
  syncClock(answer.server_time, answer.expires_at)
  const { status, failure_code } = answer
  switch (state.mode) {
    case 'confirming':
      if (answer.webhook_accepted) leave()
      break
    case 'challenge':
      if (status === 'open') onDeclined(failure_code ?? undefined)
      else if (status !== 'authenticate') onPayAnswer({ status })
      break
    case 'processing':
      if (status === 'paid') onPaid()
      else if (status !== 'processing') reload()
      break
    case 'checking':
      if (status === 'paid') onPaid()
      else if (status === 'processing') onProcessing()
      else if (status !== 'open') reload()
      else if (Date.now() - checkingSince >= CHECK_WAIT) onNotCharged()
      break
    case 'idle':
      // Paid in another tab, or over: the server has the page for it.
      if (status !== 'open') reload()
      break
    default:
  }
}

function onDeclined(code: string | undefined): void {
  if (!backToForm()) return reload()
  const declines: Record<string, string> = page!.texts.declines
  tellFrame({ type: 'skiro:reset', clear: ['csc'] })
  setMode('idle')
  // The message of a wrong code asks for it already.
  showAlert(declines[code ?? ''] ?? page!.texts.declines.card_declined, {
    declined: true,
    cleared: code !== 'incorrect_cvc',
  })
}

function onProcessing(): void {
  state.mode = 'processing'
  showState('processing')
  askOften()
}

function onPaid(): void {
  if (!page?.redirect_url) return showReceipt()
  showState('paid')
  confirm()
}

/** Back from the bank's own page, with the payment made: it goes on as after a question inside this page. */
export function onReturned(): void {
  const told = byId('confirming')
  if (!page?.redirect_url) return
  told.hidden = false
  announce(told.textContent ?? '')
  confirm()
}

function confirm(): void {
  state.mode = 'confirming'
  askOften()
  // The way back never depends on the shop's server: after this long the customer goes anyway.
  setTimeout(leave, CONFIRM_WAIT)
}

/** The server has the receipt. The address says that it was paid from here, so that a reload says so too. */
function showReceipt(): void {
  state.mode = 'ended'
  const url = new URL(location.href)
  url.searchParams.set('done', '')
  url.hash = ''
  location.replace(url)
}

function onNotCharged(): void {
  tellFrame({ type: 'skiro:reset', clear: ['csc'] })
  setMode('idle')
  showAlert(page!.texts.not_charged, { cleared: true })
}

function leave(): void {
  if (state.mode !== 'confirming' || !page?.redirect_url) return
  state.mode = 'ended'
  location.assign(page.redirect_url)
}
