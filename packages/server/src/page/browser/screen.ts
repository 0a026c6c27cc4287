/** The element with that id. The server rendered it: a missing one is a bug. */
export function byId(id: string): HTMLElement {
  return elementOf(id, HTMLElement)
}

/** The same for an element of a certain kind. */
export function elementOf<E extends HTMLElement>(id: string, kind: new () => E): E {
  const element = document.getElementById(id)
  if (!(element instanceof kind)) throw new TypeError(`no ${kind.name} #${id}`)
  return element
}

/** Says something to screen readers without moving anybody. */
export function announce(text: string): void {
  byId('status').textContent = text
}

/**
 * Shows a message above the pay button and moves there. `declined`: with its heading and what it means for the money;
 * `cleared`: with a word on the security code, whose field is empty again.
 */
export function showAlert(text: string, { declined = false, cleared = false } = {}): void {
  byId('alert-title').hidden = !declined
  byId('alert-charge').hidden = !declined
  byId('alert-code').hidden = !cleared
  byId('alert-text').textContent = text
  byId('alert').hidden = false
  moveToAlert()
}

/** Moves the focus to the message, with the pay button below it still in view where both have room. */
export function moveToAlert(): void {
  const alert = byId('alert')
  alert.focus({ preventScroll: true })
  byId('pay').scrollIntoView({ block: 'nearest' })
  alert.scrollIntoView({ block: 'nearest' })
}

/** The same again where something above has grown and the reader is still there. */
export function keepAlertInView(): void {
  if (document.activeElement === byId('alert')) moveToAlert()
}

/** Takes the message away. */
export function hideAlert(): void {
  byId('alert').hidden = true
}

/** Changes to a state that the server put into a template, and tells screen readers by moving to its heading. */
export function showState(id: 'processing' | 'paid'): void {
  const [first, ...others] = document.querySelectorAll('main')
  for (const main of others) main.remove()
  first?.replaceWith(elementOf(id, HTMLTemplateElement).content.cloneNode(true))
  const main = byId('main')
  document.title = main.dataset.title ?? document.title
  main.querySelector('h1')?.focus()
}

/** Rewrites times from the server's UTC into the reader's own zone. */
export function localiseTimes(): void {
  const format = new Intl.DateTimeFormat(document.documentElement.lang, {
    dateStyle: 'long',
    timeStyle: 'long',
    // As the server writes them: in the calendar and the digits of card statements.
    calendar: 'gregory',
    numberingSystem: 'latn',
  })
  for (const time of document.querySelectorAll<HTMLTimeElement>('time[data-local]')) {
    time.textContent = format.format(new Date(time.dateTime))
  }
}

/** Buttons that copy the text they carry. */
export function enableCopying(copied: string): void {
  for (const button of document.querySelectorAll<HTMLElement>('[data-copy]')) {
    button.addEventListener('click', () => void copyFrom(button, copied))
  }
}

async function copyFrom(button: HTMLElement, copied: string): Promise<void> {
  const text = (button.dataset.copy ?? '').replace('{origin}', location.origin)
  try {
    await navigator.clipboard.writeText(text)
  } catch {
    // No clipboard (plain http, or refused): then it is shown, to be selected by hand.
    const shown = byId('copy-text')
    shown.textContent = text
    shown.hidden = false
    getSelection()?.selectAllChildren(shown)
    return
  }
  announce(copied)
  button.classList.add('copied')
  setTimeout(() => button.classList.remove('copied'), 1500)
}
