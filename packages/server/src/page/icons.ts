import { type Html, raw } from './html.ts'

/** Line icons, drawn in the text's colour. Decoration only: the words beside them say the same. */
export const ICONS = {
  check: icon('<path d="m5 12.5 4.5 4.5L19 7.5"/>'),
  cross: icon('<path d="m7 7 10 10M17 7 7 17"/>'),
  clock: icon('<circle cx="12" cy="12" r="8.5"/><path d="M12 7.5V12l3 2"/>'),
  question: icon('<path d="M9 9.2a3 3 0 1 1 4.4 2.7c-.9.5-1.4 1-1.4 2.1"/><path d="M12 17.4v.1"/>'),
  receipt: icon(
    '<path d="M6.5 4.5h11v15l-2.7-1.8L12 19.5l-2.8-1.8-2.7 1.8z"/><path d="M9.5 9h5M9.5 12.5h5"/>',
  ),
  bank: icon(
    '<path d="M12 3.5 4.5 6.5V12c0 4 3 7 7.5 8.5 4.5-1.5 7.5-4.5 7.5-8.5V6.5z"/><path d="m9 12 2.2 2.2L15.2 10"/>',
  ),
  lock: icon(
    '<rect x="5" y="10.5" width="14" height="9.5" rx="2.5"/><path d="M8 10.5V8a4 4 0 0 1 8 0v2.5"/>',
  ),
  globe: icon(
    '<circle cx="12" cy="12" r="8.5"/><path d="M3.5 12h17M12 3.5c5 5.4 5 11.6 0 17c-5-5.4-5-11.6 0-17"/>',
  ),
  back: icon('<path d="m14.5 6-6 6 6 6"/>'),
  alert: icon('<circle cx="12" cy="12" r="8.5"/><path d="M12 8v4.5M12 16v.1"/>'),
  copy: icon(
    '<rect x="9" y="9" width="10.5" height="10.5" rx="2.5"/><path d="M5 15V7a2.5 2.5 0 0 1 2.5-2.5H15"/>',
  ),
} as const

/** Turning ring for things under way; it stands still when the reader asked for less motion. */
export const SPINNER: Html = raw('<span class="spinner" aria-hidden="true"></span>')

function icon(paths: string): Html {
  return raw(`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${paths}</svg>`)
}
