import { announce, byId } from './screen.ts'

/** Answer of `POST /{session_id}/receipt`. */
type ReceiptAnswer = { status: 'sent'; again: boolean }

const RECEIPT_WAIT = 15_000

/** What stands below the receipt: print it, have it mailed, and where to, if nobody has said so far. */
export function startReceipt(session: string): void {
  byId('print').addEventListener('click', () => print())
  const button = document.getElementById('send-receipt')
  if (!(button instanceof HTMLButtonElement)) return
  button.addEventListener('click', () => void sendReceipt(session, button))
  const field = addressField()
  field?.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && !event.isComposing) button.click()
  })
  // Red only after it was tried; gone with the keystroke that mends it.
  field?.addEventListener('input', () => {
    if (field.ariaInvalid === 'true') showInvalid(field)
  })
}

/** Null: the address is known. */
function addressField(): HTMLInputElement | null {
  return document.querySelector<HTMLInputElement>('#receipt-email')
}

function showInvalid(field: HTMLInputElement): boolean {
  const isWrong = !field.checkValidity()
  field.ariaInvalid = isWrong ? 'true' : null
  byId('receipt-email-error').hidden = !isWrong
  return isWrong
}

async function sendReceipt(session: string, button: HTMLButtonElement): Promise<void> {
  if (button.ariaBusy === 'true') return
  const field = addressField()
  if (field && showInvalid(field)) return field.focus()
  // Not disabled: that would take the keyboard's place away.
  button.ariaBusy = 'true'
  const email = field?.value.trim()
  const answer = await postReceipt(session, email)
  button.ariaBusy = 'false'
  const said = byId(answer ? 'receipt-sent' : 'receipt-failed')
  if (answer && field && email) {
    said.querySelector('bdi')!.textContent = email
    // There is one address for all: the next press needs none.
    if (document.activeElement === field) button.focus()
    byId('receipt-to').remove()
  }
  for (const id of ['receipt-sent', 'receipt-failed']) byId(id).hidden = id !== said.id
  announce(said.textContent ?? '')
  if (answer?.again !== false) return
  byId('print').focus()
  button.hidden = true
}

async function postReceipt(session: string, email: string | undefined): Promise<ReceiptAnswer | null> {
  const locale = encodeURIComponent(document.documentElement.lang)
  try {
    const answer = await fetch(`/${encodeURIComponent(session)}/receipt?locale=${locale}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Skiro-Page': '1' },
      body: JSON.stringify({ email }),
      redirect: 'error',
      signal: AbortSignal.timeout(RECEIPT_WAIT),
    })
    const body: ReceiptAnswer = await answer.json()
    return answer.ok ? body : null
  } catch {
    return null
  }
}
