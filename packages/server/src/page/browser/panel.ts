import { tellFrame } from './frame.ts'
import { byId } from './screen.ts'
import { page } from './state.ts'
import { askOften } from './status.ts'

// A frame that cannot fill in says nothing either.
const FILL_WAIT = 500

let isFilling = false

/** The panel of test mode, where there is one. */
export function startPanel(): void {
  if (!document.getElementById('test-panel')) return
  for (const button of document.querySelectorAll<HTMLElement>('[data-fill]')) {
    button.addEventListener('click', () => {
      isFilling = true
      tellFrame({ type: 'skiro:test_fill', card: button.dataset.fill ?? '' })
      setTimeout(showFilled, FILL_WAIT)
    })
  }
  const [ask, expire] = [byId('expire-ask'), byId('test-expire')]
  expire.addEventListener('click', () => {
    expire.hidden = true
    ask.hidden = false
    // To the harmless answer: who presses twice by mistake has lost nothing.
    byId('expire-no').focus()
  })
  byId('expire-no').addEventListener('click', () => {
    ask.hidden = true
    expire.hidden = false
    expire.focus()
  })
  byId('expire-yes').addEventListener('click', () => void expireNow())
}

/** The frame has the card that was asked for: only now there is something to see, and nothing empty to be seen. */
export function showFilled(): void {
  if (!isFilling) return
  isFilling = false
  const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches
  byId('frame-box').scrollIntoView({ block: 'center', behavior: isCalm ? 'instant' : 'smooth' })
  byId('pay').focus({ preventScroll: true })
}

async function expireNow(): Promise<void> {
  await fetch(`/${encodeURIComponent(page?.session_id ?? '')}/test-expire`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Skiro-Page': '1' },
    body: '{}',
  }).catch(() => null)
  askOften()
}
