import { NotFoundError, type Skiro, type SkiroEvent } from 'skiro'
import { askPatiently, type Watch } from '../events/patient.ts'

const PAGE = 100

/** An event that somebody sent again. `sequence` counts resends, without holes. */
export type EventResend = {
  readonly id?: string
  readonly object: 'event_resend'
  readonly sequence: number
  readonly event_id: string
  readonly event: SkiroEvent
  readonly created_at: string
}

type ResendPage = { readonly data: readonly EventResend[]; readonly has_more: boolean }

/** `skiro.events.resends`, which SDKs have since gateways tell of resends: `GET /v1/events/resends?after=`. */
type ResendsApi = {
  resends?(
    params: { after: number; limit: number },
    options: { signal: AbortSignal },
  ): PromiseLike<ResendPage>
}

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
  const api = skiro.events as ResendsApi
  let seen = after ?? 0
  let begun = after !== null
  let missing = api.resends === undefined
  if (missing) onMissing()
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

  async function load(signal: AbortSignal): Promise<ResendPage | null> {
    try {
      const ask = () => api.resends?.({ after: seen, limit: PAGE }, { signal }) ?? Promise.resolve(NOTHING)
      const page = await askPatiently(ask, signal, watch)
      seen = page?.data.at(-1)?.sequence ?? seen
      return page
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error
      missing = true
      onMissing()
      return NOTHING
    }
  }
}

const NOTHING: ResendPage = { data: [], has_more: false }
