import { type EventResend, NotFoundError, type Skiro, type UncountedPage } from 'skiro'
import { askPatiently, type Watch } from '../events/patient.ts'

const PAGE = 100

/** What was sent again since a place, oldest first. */
export type Resends = {
  /** Null: the signal aborted. */
  next(signal: AbortSignal): Promise<readonly EventResend[] | null>
}

/** Reads resends from `after` on; null begins at the newest. `onMissing` is told once that the gateway has none to tell. */
export function newResends(
  skiro: Skiro,
  after: number | null,
  watch: Watch,
  onMissing: () => void,
): Resends & { readonly seen: number } {
  let seen = after ?? 0
  let begun = after !== null
  let missing = false
  return {
    get seen() {
      return seen
    },
    async next(signal) {
      if (missing) return []
      if (!begun) {
        // Nobody asked for what was sent again before: go to the end first.
        while (!begun && !missing) {
          const page = await load(signal)
          if (!page) return null
          begun = !page.has_more
        }
        return []
      }
      return (await load(signal))?.data ?? null
    },
  }

  async function load(signal: AbortSignal): Promise<UncountedPage<EventResend> | null> {
    try {
      const ask = () => skiro.events.resends({ after: seen, limit: PAGE }, { signal })
      const page = await askPatiently(ask, signal, watch)
      seen = page?.data.at(-1)?.sequence ?? seen
      return page
    } catch (error) {
      // A gateway from before there were resends takes the path for an event's.
      if (!(error instanceof NotFoundError)) throw error
      missing = true
      onMissing()
      return NOTHING
    }
  }
}

const NOTHING: UncountedPage<EventResend> = { object: 'list', data: [], has_more: false }
