import type { PageData } from '../pageData.ts'

export type Mode =
  | 'idle' // can be paid
  | 'paying' // waits for the token, then for the answer of /pay
  | 'challenge' // the bank asks the customer
  | 'answered' // the bank was answered or given up; waits for what became of the payment
  | 'checking' // /pay gave no usable answer: nobody knows yet whether money moved
  | 'processing' // the server has the payment and no verdict yet
  | 'confirming' // paid; waits for the shop to have heard of it
  | 'ended' // nothing left to do here

/** What the server said about this page. Null: the id names nothing. */
export const page: PageData | null = JSON.parse(document.documentElement.dataset.page ?? 'null')

/** What this page is doing. */
export const state = { mode: 'ended' as Mode, isExpired: false }

// Between two loads of the page, so that a page and a status that disagree cannot make it spin.
const RELOAD_GAP = 3000

/** The server shows what there is now. */
export function reload(): void {
  state.mode = 'ended'
  setTimeout(() => location.reload(), Math.max(0, RELOAD_GAP - performance.now()))
}
