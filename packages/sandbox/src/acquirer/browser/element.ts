import { brandRule } from './cardNumber.ts'
import { isCardName, NAMED_CARDS } from './namedCards.ts'
import { checkCard, type Field, type FieldCode, type TypedCard } from './checkCard.ts'
import type { ErrorTexts } from '../texts/texts.ts'
import { fieldText } from './texts.ts'
import { caretAfter, onlyDigits, readExpiry, showExpiry, showNumber } from './typing.ts'

/**
 * The card fields' behaviour, and their talk with the page that frames them. Messages are sent to one exact origin
 * and heard from one exact origin and window; they carry everything but the card itself.
 */

type FromPage = { type?: unknown; request?: unknown; clear?: unknown; theme?: unknown; card?: unknown }

const FIELDS: readonly Field[] = ['number', 'exp', 'csc', 'name']
const SEND_TIMEOUT_MS = 15_000

/** The page is made by the same program, so what is not there is a bug. */
function find<T extends HTMLElement>(kind: new () => T, id: string): T {
  const element = document.querySelector(`#${id}`)
  if (element instanceof kind) return element
  throw new Error(`no ${id} on the page`)
}

const form = find(HTMLFormElement, 'card')
const brandLabel = find(HTMLElement, 'brand')
const { key = '', session = '', parentOrigin = '' } = form.dataset
const texts: ErrorTexts = JSON.parse(form.dataset['texts'] ?? '{}')
const inputs: Record<Field, HTMLInputElement> = {
  number: find(HTMLInputElement, 'number'),
  exp: find(HTMLInputElement, 'exp'),
  csc: find(HTMLInputElement, 'csc'),
  name: find(HTMLInputElement, 'name'),
}
const shownErrors = new Map<Field, FieldCode>()
const lastValue = new Map<Field, string>()
let lastChange = ''

const tell = (message: object) => window.parent.postMessage(message, parentOrigin)

function readCard(): TypedCard {
  return {
    number: onlyDigits(inputs.number.value),
    ...readExpiry(inputs.exp.value),
    csc: onlyDigits(inputs.csc.value),
    name: inputs.name.value,
  }
}

const textOf = (code: FieldCode) => fieldText(texts, code, brandRule(readCard().number).csc)

/** Shows the text of `code` under the field, or removes it. The same text is not written twice. */
function showError(field: Field, code: FieldCode | null): void {
  const input = inputs[field]
  const box = find(HTMLElement, `${field}-error`)
  box.hidden = code === null
  box.textContent = code === null ? '' : textOf(code)
  if (code === null) {
    shownErrors.delete(field)
    input.removeAttribute('aria-invalid')
    input.removeAttribute('aria-describedby')
  } else {
    shownErrors.set(field, code)
    input.setAttribute('aria-invalid', 'true')
    input.setAttribute('aria-describedby', box.id)
  }
}

function errorOf(field: Field): FieldCode | null {
  return checkCard(readCard(), new Date()).find((error) => error.field === field)?.code ?? null
}

/** Writes the grouped text and puts the caret back behind the digit it stood behind. */
function regroup(field: 'number' | 'exp', inputType: string): void {
  const input = inputs[field]
  const before = lastValue.get(field) ?? ''
  let text = input.value
  let caret = input.selectionStart ?? text.length
  const deleting = inputType.startsWith('delete')
  if (field === 'number' && deleting && onlyDigits(text) === onlyDigits(before) && text !== before) {
    // Only a space was deleted: the customer means the digit beside it.
    const digits = onlyDigits(text)
    const at = onlyDigits(text.slice(0, caret)).length - (inputType.endsWith('Forward') ? 0 : 1)
    text = digits.slice(0, Math.max(at, 0)) + digits.slice(at + 1)
    caret = Math.max(at, 0)
  }
  const shown = field === 'number' ? showNumber(text) : showExpiry(text, deleting)
  const atEnd = caret >= text.length
  const digitsBefore = onlyDigits(text.slice(0, caret)).length
  if (shown !== input.value) {
    input.value = shown
    const place = atEnd ? shown.length : caretAfter(shown, digitsBefore)
    if (document.activeElement === input) input.setSelectionRange(place, place)
  }
  lastValue.set(field, shown)
}

function tellChange(): void {
  const card = readCard()
  const { brand, name } = brandRule(card.number)
  brandLabel.textContent = name
  const complete = checkCard(card, new Date()).length === 0
  const change = `${complete} ${brand}`
  if (change === lastChange) return
  lastChange = change
  tell({ type: 'skiro:change', complete, brand: brand === 'unknown' ? null : brand })
}

function onInput(field: Field, inputType: string): void {
  if (field === 'number' || field === 'exp') regroup(field, inputType)
  if (field === 'csc') {
    const shown = onlyDigits(inputs.csc.value).slice(0, 4)
    if (shown !== inputs.csc.value) inputs.csc.value = shown
  }
  // A shown error goes on the keystroke that fixes it; typing never makes a calm field red.
  for (const [shown, code] of shownErrors) {
    const now = errorOf(shown)
    if (now !== code) showError(shown, now)
  }
  tellChange()
}

/** Leaving a field shows what is wrong with it, but not that it is still empty: the customer may come back. */
function onBlur(field: Field): void {
  if (inputs[field].value.trim() === '') return
  showError(field, errorOf(field))
}

type VaultAnswer = {
  token?: string
  brand?: string
  last_four?: string
  error?: { code?: FieldCode; field?: Field }
}

async function sendToVault(card: TypedCard): Promise<VaultAnswer> {
  const { number, month: exp_month, year: exp_year, csc: cvc, name } = card
  const response = await fetch('/vault/tokens', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ key, session, number, exp_month, exp_year, cvc, name }),
    signal: AbortSignal.timeout(SEND_TIMEOUT_MS),
  })
  const answer: VaultAnswer = await response.json()
  return answer
}

/** Checks all fields; then trades the card for a token. One answer per request, always. */
async function submit(request: unknown): Promise<void> {
  const card = readCard()
  const errors = checkCard(card, new Date())
  for (const field of FIELDS) showError(field, errors.find((error) => error.field === field)?.code ?? null)
  const [first] = errors
  if (first) return refuse(request, first.field, find(HTMLElement, `${first.field}-error`).textContent)
  form.ariaBusy = 'true'
  try {
    const { token, brand, last_four, error } = await sendToVault(card)
    if (token !== undefined) return tell({ type: 'skiro:token', request, token, brand, last_four })
    const field = error?.field ?? null
    if (!field || !error?.code) return refuse(request, field, texts.send_failed)
    showError(field, error.code)
    refuse(request, field, textOf(error.code))
  } catch {
    refuse(request, null, texts.send_failed)
  } finally {
    form.ariaBusy = 'false'
  }
}

function refuse(request: unknown, field: Field | null, message: string): void {
  if (field) inputs[field].focus()
  tell({ type: 'skiro:error', request, field, message })
}

function reset(clear: unknown): void {
  const wanted = Array.isArray(clear) ? clear : []
  for (const field of FIELDS) {
    if (!wanted.includes('all') && !wanted.includes(field)) continue
    inputs[field].value = ''
    lastValue.delete(field)
    showError(field, null)
  }
  tellChange()
}

function focusFirstOpen(): void {
  const errors = checkCard(readCard(), new Date())
  inputs[errors[0]?.field ?? 'number'].focus()
}

function setTheme(theme: unknown): void {
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset['theme'] = theme
}

/** Types the test card of that name, as its developer would. */
function fillTestCard(name: unknown): void {
  if (!isCardName(name)) return
  reset(['all'])
  const number = NAMED_CARDS[name]
  inputs.number.value = showNumber(number)
  inputs.exp.value = showExpiry(`12${(new Date().getUTCFullYear() + 3) % 100}`, false)
  inputs.csc.value = '1234'.slice(0, brandRule(number).csc)
  inputs.name.value = 'Test Buyer'
  for (const field of FIELDS) lastValue.set(field, inputs[field].value)
  tellChange()
}

window.addEventListener('message', (event: MessageEvent<unknown>) => {
  if (event.origin !== parentOrigin || event.source !== window.parent) return
  if (typeof event.data !== 'object' || event.data === null) return
  const message: FromPage = event.data
  if (message.type === 'skiro:submit') void submit(message.request)
  else if (message.type === 'skiro:reset') reset(message.clear)
  else if (message.type === 'skiro:focus') focusFirstOpen()
  else if (message.type === 'skiro:test_fill') fillTestCard(message.card)
  else if (message.type === 'skiro:theme') setTheme(message.theme)
})

for (const field of FIELDS) {
  inputs[field].addEventListener('input', (event) => {
    onInput(field, event instanceof InputEvent ? event.inputType : '')
  })
  inputs[field].addEventListener('blur', () => onBlur(field))
  inputs[field].addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.isComposing) return
    event.preventDefault()
    tell({ type: 'skiro:enter' })
  })
}
// Browsers submit a form without a button only in some cases; the page's own button is the one that pays.
form.addEventListener('submit', (event) => event.preventDefault())

new ResizeObserver(() => {
  tell({ type: 'skiro:height', height: Math.ceil(document.body.getBoundingClientRect().height) })
}).observe(document.body)

tell({ type: 'skiro:ready' })
tellChange()
