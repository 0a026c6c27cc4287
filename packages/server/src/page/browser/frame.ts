import { onMessage } from './messages.ts'
import { keepAlertInView } from './screen.ts'

/** What the page tells the card frame. */
type PageMessage =
  | { type: 'skiro:submit'; request: string }
  | { type: 'skiro:reset'; clear: ('csc' | 'all')[] }
  | { type: 'skiro:focus' }
  | { type: 'skiro:test_fill'; card: string }

/** A token, or what is missing. `field` null: nothing the customer can correct in a field. */
export type TokenAnswer = { token: string } | { token: null; field: string | null; message: string | null }

const HEIGHT_MIN = 40
const HEIGHT_MAX = 1200

let frameReady = false
let requestCount = 0
let pending: { request: string; settle: (answer: TokenAnswer) => void } | null = null

/** Whether the card fields can be used. */
export function isFrameReady(): boolean {
  return frameReady
}

function cardFrame(): HTMLIFrameElement | null {
  return document.querySelector<HTMLIFrameElement>('#card-frame')
}

/** Sends to the acquirer's exact origin: if the frame has gone elsewhere, the browser drops the message. */
export function tellFrame(message: PageMessage): void {
  const frame = cardFrame()
  if (frame?.dataset.origin) frame.contentWindow?.postMessage(message, frame.dataset.origin)
}

/** Asks for a single-use token. The wait has no limit of ours: a 3-D Secure challenge may run inside the frame. */
export function askToken(): Promise<TokenAnswer> {
  settle({ token: null, field: null, message: null })
  const request = `r${++requestCount}`
  return new Promise((resolve) => {
    pending = { request, settle: resolve }
    tellFrame({ type: 'skiro:submit', request })
  })
}

/**
 * Gives the keyboard to the frame, which has chosen the first wrong field itself. Its window, not the iframe element:
 * focusing the element makes Chromium forget the field.
 */
export function focusFrame(): void {
  cardFrame()?.contentWindow?.focus()
}

/** Loads the frame again, for when it never came. */
export function reloadFrame(): void {
  const frame = cardFrame()
  if (frame) frame.src = frame.getAttribute('src') ?? ''
}

/**
 * Starts listening. What the frame may say: `ready`, `height {height}`, `change {complete, brand}`, `enter`,
 * `token {request, token, …}`, `error {request, field, message}`. Anything else, and anything from elsewhere, is dropped. `ready` may run before the document is parsed to its end.
 */
export function listenToFrame(on: { ready: () => void; enter: () => void; complete: () => void }): void {
  onMessage((event) => {
    const frame = cardFrame()
    if (!frame || event.source !== frame.contentWindow || event.origin !== frame.dataset.origin) return
    const message = event.data
    if (!isRecord(message)) return
    const answersPending = pending !== null && message.request === pending.request
    switch (message.type) {
      case 'skiro:ready':
        // A frame that starts over has forgotten what it was asked.
        settle({ token: null, field: null, message: null })
        frameReady = true
        on.ready()
        break
      case 'skiro:height':
        resize(frame, Number(message.height))
        break
      case 'skiro:change':
        if (message.complete === true) on.complete()
        break
      case 'skiro:enter':
        on.enter()
        break
      case 'skiro:token':
        if (answersPending && typeof message.token === 'string') settle({ token: message.token })
        break
      case 'skiro:error':
        if (answersPending)
          settle({ token: null, field: text(message.field), message: text(message.message) })
        break
      default:
    }
  })
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

function settle(answer: TokenAnswer): void {
  const { settle: done } = pending ?? {}
  pending = null
  done?.(answer)
}

function resize(frame: HTMLIFrameElement, height: number): void {
  if (!Number.isFinite(height)) return
  frame.style.height = `${Math.min(Math.max(Math.ceil(height), HEIGHT_MIN), HEIGHT_MAX)}px`
  // A challenge that opens inside the frame while paying must be seen.
  if (pending) frame.scrollIntoView({ block: 'nearest' })
  keepAlertInView()
}
