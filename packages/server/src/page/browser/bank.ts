import { type Action, closeChallenge, fillChallenge, isChallengeOpen, openChallenge } from './challenge.ts'
import { type PayAnswer, postChallenge } from './payment.ts'
import { announce, byId, elementOf } from './screen.ts'
import { page, state } from './state.ts'
import { askOften } from './status.ts'
import { leaveForBank } from './trip.ts'

const titleBefore = document.title
let tellAnswer: (answer: PayAnswer) => void = () => {}

/** Where answers of the server go. */
export function listenToBank(onAnswer: (answer: PayAnswer) => void): void {
  tellAnswer = onAnswer
}

/** The bank asks: in the page that the server made for it, or in the form's place. */
export function askBank(action: Action): void {
  // The question is on the screen already: the bank still waits for its answer.
  if (state.mode !== 'answered') {
    if (isChallengeOpen()) fillChallenge(action)
    else openChallenge(action)
    byId('challenge-link').addEventListener('click', () => leaveForBank(page?.session_id))
    byId('challenge-cancel').addEventListener('click', () => void leaveBank('cancel'))
  }
  state.mode = 'challenge'
}

/** The customer has answered the bank, or gives up. The server asks what became of the payment. */
export async function leaveBank(verb: 'continue' | 'cancel'): Promise<void> {
  if (state.mode !== 'challenge' || !page) return
  state.mode = 'answered'
  announce(page.texts.bank_checking)
  const cancel = elementOf('challenge-cancel', HTMLButtonElement)
  cancel.disabled = true
  const answer = await postChallenge(page.session_id, verb)
  cancel.disabled = false
  announce('')
  if (answer?.status === 'declined' && verb === 'cancel') return tellAnswer({ status: 'cancelled' })
  if (answer) return tellAnswer(answer)
  state.mode = 'challenge'
  askOften()
}

/** Back to the form, as it was left. False: this page never had one. */
export function backToForm(): boolean {
  if (!document.getElementById('payment')) return false
  if (isChallengeOpen()) {
    closeChallenge()
    document.title = titleBefore
  }
  return true
}
