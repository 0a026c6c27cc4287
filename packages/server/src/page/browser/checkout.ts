import { onPayAnswer, onReturned, onStatus } from './answers.ts'
import { askBank, leaveBank, listenToBank } from './bank.ts'
import { listenToChallenge } from './challenge.ts'
import { syncClock } from './countdown.ts'
import { readEmail } from './email.ts'
import { onFrameReady, setMode, startForm } from './form.ts'
import { askToken, focusFrame, listenToFrame } from './frame.ts'
import { closeMenuOutside } from './languages.ts'
import { showFilled, startPanel } from './panel.ts'
import { postPayment } from './payment.ts'
import { startReceipt } from './receipt.ts'
import { announce, elementOf, enableCopying, hideAlert, localiseTimes, showAlert } from './screen.ts'
import { page, state } from './state.ts'
import { startFollowing } from './status.ts'
import { isBackFromBank } from './trip.ts'

/**
 * The hosted page in the browser. The server owns the truth: this script asks for a token, posts it, and shows what
 * the server says. Whatever it does not know for certain it asks about, before another try is possible.
 */
document.documentElement.dataset.js = ''
listenToFrame({
  ready: onFrameReady,
  enter: () => {
    if (state.mode === 'idle') elementOf('payment', HTMLFormElement).requestSubmit()
  },
  // What was wrong with the last card says nothing about the one that stands there now.
  complete: () => {
    if (state.mode === 'idle') hideAlert()
    showFilled()
  },
})
listenToChallenge(() => void leaveBank('continue'))
listenToBank(onPayAnswer)
start()
// From here on nothing is kept for later.
delete window.skiroEarly
// Back from another page, the browser may show this one as it was, even after the payment.
addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload()
})

function start(): void {
  localiseTimes()
  closeMenuOutside()
  if (!page) return
  enableCopying(page.texts.copied)
  syncClock(page.server_time)
  if (page.state === 'open') {
    startForm(() => void pay())
    startPanel()
  } else if (page.state === 'processing') state.mode = 'processing'
  else if (page.state === 'authenticate' && page.action) askBank(page.action)
  else if (document.getElementById('print')) {
    startReceipt(page.session_id)
    if (page.state === 'paid' && isBackFromBank(page.session_id)) onReturned()
  }
  if (state.mode !== 'ended') startFollowing(page.session_id, onStatus)
}

async function pay(): Promise<void> {
  if (state.mode !== 'idle' || !page || elementOf('pay', HTMLButtonElement).disabled) return
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
