import { onMessage } from './messages.ts'
import { byId, elementOf } from './screen.ts'

/** What the bank waits for: `frame` in a page inside ours, `redirect` on a page of its own. */
export type Action = { kind: 'frame' | 'redirect'; url: string }

const BANK_WAIT = 6000
const BANK_MIN = 240
const BANK_MAX = 1200

let isBankReady = false
let bankTimer: ReturnType<typeof setTimeout> | undefined

/** Whether the bank's question is on the screen. */
export function isChallengeOpen(): boolean {
  return document.getElementById('challenge') !== null
}

/**
 * Puts the bank's question in the place of the form. The form stays behind it as it is: after a refusal the customer
 * goes on with what was typed. Moves to its heading, which is how screen readers learn of it.
 */
export function openChallenge(action: Action): void {
  byId('main').hidden = true
  byId('main').after(elementOf('authenticate', HTMLTemplateElement).content.cloneNode(true))
  const main = byId('challenge')
  document.title = main.dataset.title ?? ''
  // The form may have been scrolled: the question begins at its beginning.
  scrollTo(0, 0)
  main.querySelector('h1')?.focus({ preventScroll: true })
  fillChallenge(action)
}

/** Takes the question away; the form is there again. */
export function closeChallenge(): void {
  clearTimeout(bankTimer)
  document.getElementById('challenge')?.remove()
  const form = document.getElementById('main')
  if (form) form.hidden = false
}

/** Shows what the bank waits for, on a page of the server's or in the template. */
export function fillChallenge({ kind, url }: Action): void {
  if (!/^https?:$/.test(new URL(url).protocol)) return
  byId('bank-frame').hidden = kind !== 'frame'
  byId('bank-link').hidden = kind !== 'redirect'
  if (kind === 'redirect') {
    elementOf('challenge-link', HTMLAnchorElement).href = url
    return
  }
  const frame = challengeFrame()
  if (!frame) return
  frame.dataset.origin = new URL(url).origin
  frame.addEventListener('load', () => (frame.dataset.loaded = ''))
  if (frame.getAttribute('src') !== url) frame.src = url
  if (!isBankReady) waitForFrame()
  byId('challenge-retry').addEventListener('click', () => {
    byId('challenge-help').hidden = true
    frame.src = url
    waitForFrame()
  })
}

/**
 * Starts listening to the acquirer's page around the bank's: `ready`, `height {height}`, `challenge_done`. All of it is
 * a hint: what became of the payment is asked from our server.
 */
export function listenToChallenge(onDone: () => void): void {
  onMessage((event) => {
    const frame = challengeFrame()
    if (!frame || event.source !== frame.contentWindow || event.origin !== originOf(frame)) return
    if (typeof event.data !== 'object' || event.data === null) return
    const message: { type?: unknown; height?: unknown } = event.data
    if (message.type === 'skiro:ready') onReady(frame)
    else if (message.type === 'skiro:height') resizeBank(frame, Number(message.height))
    else if (message.type === 'skiro:challenge_done') onDone()
  })
}

/** The bank's page may speak before this page is complete: then its address says where it is from. */
function originOf(frame: HTMLIFrameElement): string {
  return frame.dataset.origin ?? new URL(frame.src).origin
}

function challengeFrame(): HTMLIFrameElement | null {
  return document.querySelector<HTMLIFrameElement>('#challenge-frame')
}

function onReady(frame: HTMLIFrameElement): void {
  isBankReady = true
  clearTimeout(bankTimer)
  frame.dataset.ready = ''
  const help = document.getElementById('challenge-help')
  if (help) help.hidden = true
}

function waitForFrame(): void {
  isBankReady = false
  clearTimeout(bankTimer)
  bankTimer = setTimeout(() => {
    const help = document.getElementById('challenge-help')
    if (help) help.hidden = false
  }, BANK_WAIT)
}

function resizeBank(frame: HTMLIFrameElement, height: number): void {
  if (!Number.isFinite(height)) return
  frame.style.height = `${Math.min(Math.max(Math.ceil(height), BANK_MIN), BANK_MAX)}px`
}
