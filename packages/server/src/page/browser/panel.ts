import { tellFrame } from './frame.ts'
import { byId } from './screen.ts'
import { page } from './state.ts'
import { askOften } from './status.ts'

/** The panel of test mode, where there is one. */
export function startPanel(): void {
  for (const button of document.querySelectorAll<HTMLElement>('[data-fill]')) {
    button.addEventListener('click', () => {
      tellFrame({ type: 'skiro:test_fill', card: button.dataset.fill ?? '' })
      byId('pay').focus()
    })
  }
  document.getElementById('test-expire')?.addEventListener('click', () => void expireNow())
}

async function expireNow(): Promise<void> {
  await fetch(`/${encodeURIComponent(page?.session_id ?? '')}/test-expire`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Skiro-Page': '1' },
    body: '{}',
  }).catch(() => null)
  askOften()
}
