import { byId, elementOf } from './screen.ts'

/** Makes the e-mail field check itself when it is left. */
export function watchEmail(): void {
  const email = emailField()
  // Red only after the field was left; gone with the keystroke that mends it. Not while the button is being pressed:
  // the message would push it away from under the finger, and pressing it checks anyway.
  let pressing = false
  byId('pay').addEventListener('pointerdown', () => {
    pressing = true
  })
  addEventListener('pointerup', () => {
    pressing = false
  })
  email.addEventListener('change', () => {
    if (!pressing) showEmailError(!email.checkValidity())
  })
  email.addEventListener('input', () => {
    if (email.ariaInvalid === 'true') showEmailError(!email.checkValidity())
  })
}

/** The address as typed; null when it is not one, and then the focus is there. Empty is allowed. */
export function readEmail(): string | null {
  const email = emailField()
  if (!email.checkValidity()) {
    refuseEmail()
    return null
  }
  showEmailError(false)
  return email.value.trim()
}

/** Marks the address as wrong and moves there. */
export function refuseEmail(): void {
  showEmailError(true)
  emailField().focus()
}

/** Keeps what was typed as it is while a payment runs. */
export function lockEmail(locked: boolean): void {
  emailField().readOnly = locked
}

function emailField(): HTMLInputElement {
  return elementOf('email', HTMLInputElement)
}

function showEmailError(wrong: boolean): void {
  const email = emailField()
  email.ariaInvalid = wrong ? 'true' : null
  // A hidden description would be read out all the same.
  email.setAttribute('aria-describedby', wrong ? 'email-error' : 'email-optional')
  byId('email-error').hidden = !wrong
}
