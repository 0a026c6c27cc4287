import { type Html, html } from './html.ts'

/** One line of a list of steps: done, gone wrong, over and no longer of weight, or still to come. */
export function step(state: 'done' | 'wrong' | 'past' | '', text: string): Html {
  return html`<li class="${state}">${text}</li>`
}
