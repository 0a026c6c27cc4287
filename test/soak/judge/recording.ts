/** What was recorded and what was received: all that the judge is told. Times are simulated, in milliseconds. */
export type Recording = {
  readonly committed: readonly CommittedEvent[]
  /** Ids of events whose transaction was rolled back. */
  readonly rolled_back: readonly string[]
  readonly endpoints: readonly SoakEndpoint[]
  readonly arrivals: readonly Arrival[]
  /** What the gateway wrote down about its tries. */
  readonly attempts: readonly Attempt[]
  readonly skips: readonly Skip[]
  /** See `slackAfter`. */
  readonly slack_share: number
  /** At the end of the outage, while the receivers were still down. */
  readonly outage: Outage | null
  readonly ending: Ending
}

export type CommittedEvent = {
  readonly id: string
  readonly merchant_id: string
  readonly type: string
  /** JSON text. `serial` in it is another one for every event. */
  readonly data: string
  readonly at: number
}

export type SoakEndpoint = {
  readonly id: string
  readonly merchant_id: string
  /** Event types, or `['*']`. */
  readonly types: readonly string[]
  readonly secrets: readonly LiveSecret[]
}

/** `until` null: it has not ended. */
export type LiveSecret = { readonly secret: string; readonly from: number; readonly until: number | null }

export type Arrival = {
  readonly endpoint_id: string
  readonly at: number
  /** Seconds since the epoch by the receiver's own clock, which no simulation moves. */
  readonly clock_s: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
  /** Whether the receiver answered 2xx, heard or not. */
  readonly accepted: boolean
}

export type Attempt = {
  readonly endpoint_id: string
  readonly event_id: string
  readonly number: number
  readonly at: number
  /** When it is tried again; null: not. */
  readonly due: number | null
}

/** Time that passed while no worker ran. */
export type Skip = { readonly from: number; readonly to: number }

export type Outage = {
  readonly from: number
  readonly to: number
  readonly endpoints: readonly {
    readonly id: string
    readonly status: string
    /** When its failing began, as the API shows it. */
    readonly failing_since: number | null
    /** Ids that `GET /v1/events?unacknowledged_by=` listed. */
    readonly unacknowledged: readonly string[]
  }[]
}

export type Ending = {
  readonly endpoints: readonly {
    readonly id: string
    readonly status: string
    readonly unacknowledged: readonly string[]
  }[]
  /** What `GET /v1/events?after=0` lists per merchant. */
  readonly pulled: ReadonlyMap<string, readonly { readonly id: string; readonly sequence: number }[]>
  /** Rows of `webhook_delivery` that are still there. */
  readonly left: readonly { readonly endpoint_id: string; readonly event_id: string }[]
  /** Gateways that ended without being told to, and what they logged as errors. */
  readonly complaints: readonly string[]
}

export type Failure = {
  readonly kind: string
  /** A sentence. */
  readonly says: string
  readonly ids: readonly string[]
}

/** What is wrong, as one failure per kind. None for an empty list. */
export function failure(kind: string, says: string, ids: readonly string[]): Failure[] {
  return ids.length === 0 ? [] : [{ kind, says, ids }]
}

/** Whether the endpoint is to be told of events of that type. */
export function listensTo({ types }: SoakEndpoint, type: string): boolean {
  return types.includes('*') || types.includes(type)
}
