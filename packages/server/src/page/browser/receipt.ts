import { announce, byId } from './screen.ts'

/** Answer of `POST /{session_id}/receipt`. */
type ReceiptAnswer = { status: 'sent'; again: boolean }

const RECEIPT_WAIT = 15_000

/** The buttons below the receipt: print it, have it mailed. */
export function startReceipt(session: string): void {
  byId('print').addEventListener('click', () => print())
  const button = document.getElementById('send-receipt')
  button?.addEventListener('click', () => {
    if (button instanceof HTMLButtonElement) void sendReceipt(session, button)
  })
}

async function sendReceipt(session: string, button: HTMLButtonElement): Promise<void> {
  if (button.ariaBusy === 'true') return
  // Not disabled: that would take the keyboard's place away.
  button.ariaBusy = 'true'
  const answer = await postReceipt(session)
  button.ariaBusy = 'false'
  const said = byId(answer ? 'receipt-sent' : 'receipt-failed')
  for (const id of ['receipt-sent', 'receipt-failed']) byId(id).hidden = id !== said.id
  announce(said.textContent ?? '')
  if (answer?.again !== false) return
  byId('print').focus()
  button.hidden = true
}

async function postReceipt(session: string): Promise<ReceiptAnswer | null> {
  const locale = encodeURIComponent(document.documentElement.lang)
  try {
    const answer = await fetch(`/${encodeURIComponent(session)}/receipt?locale=${locale}`, {
      method: 'POST',
      headers: { 'X-Skiro-Page': '1' },
      redirect: 'error',
      signal: AbortSignal.timeout(RECEIPT_WAIT),
    })
    const body: ReceiptAnswer = await answer.json()
    return answer.ok ? body : null
  } catch {
    return null
  }
}
