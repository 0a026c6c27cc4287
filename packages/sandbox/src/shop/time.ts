import { type Html, html } from './html.ts'

/** A time of the API as people read it, in UTC. */
export function when(iso: string): Html {
  return html`<time datetime="${iso}">${iso.slice(0, 19).replace('T', ' ')} UTC</time>`
}
