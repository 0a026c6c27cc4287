import type { Arrival } from './recording.ts'

/** The envelope as it arrived. */
export type Posted = {
  readonly id: string
  readonly type: string
  readonly sequence: number
  readonly data: { readonly serial?: unknown }
}

/** The event that arrived; null when the body is not one. */
export function readBody({ body }: Pick<Arrival, 'body'>): Posted | null {
  try {
    const event = JSON.parse(body) as Posted
    return typeof event.id === 'string' && typeof event.data === 'object' ? event : null
  } catch {
    return null
  }
}
