/**
 * The test bank's page in the browser: sends the customer's answer, then tells the page that frames it, or goes back
 * to the shop with the whole window. What it tells is a hint: the shop's server asks the acquirer itself.
 */

const page = document.querySelector<HTMLElement>('#challenge')
if (!page) throw new Error('no challenge on the page')
const {
  path = '',
  parentOrigin = '',
  returnUrl = '',
  open = '',
  thanks = '',
  unreachable = '',
} = page.dataset
const buttons = [...document.querySelectorAll<HTMLButtonElement>('[data-outcome]')]
const choices = document.querySelector<HTMLElement>('.choices')

/** Says it aloud as well: the place is a live region. */
function say(place: string, text: string): void {
  const element = document.querySelector(place)
  if (element) element.textContent = text
}

const isFramed = window.parent !== window
const tell = (message: object) => {
  if (isFramed && parentOrigin !== '') window.parent.postMessage(message, parentOrigin)
}

function leave(): void {
  if (isFramed) tell({ type: 'skiro:challenge_done' })
  else if (returnUrl !== '') location.replace(returnUrl)
}

async function answer(outcome: string): Promise<void> {
  for (const button of buttons) button.disabled = true
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ outcome }),
      signal: AbortSignal.timeout(15_000),
    })
    // Answered before, in another tab, or too late: the shop learns of that like of an answer.
    if (response.status >= 500) throw new Error('no answer')
    // In the place of the buttons: the page keeps its height, so a frame around it need not grow to show this.
    if (choices) choices.style.visibility = 'hidden'
    say('#trouble', '')
    say('#thanks', thanks)
    leave()
  } catch {
    say('#trouble', unreachable)
    for (const button of buttons) button.disabled = false
  }
}

for (const button of buttons) {
  button.addEventListener('click', () => void answer(button.dataset['outcome'] ?? 'fail'))
  button.disabled = false
}
new ResizeObserver(() => {
  tell({ type: 'skiro:height', height: Math.ceil(document.body.getBoundingClientRect().height) })
}).observe(document.body)

tell({ type: 'skiro:ready' })
if (open === 'false') leave()
