/** Stands for a number in a request, as long as itself: the first one in a request is replaced. */
export const UNIQUE = '{{{unique-number}}}'

/** What the load generator is asked to do. */
export type LoadOrder = {
  readonly port: number
  /** Whole HTTP/1.1 requests, sent in turn. A `UNIQUE` in one becomes a number that no other request has. */
  readonly requests: readonly string[]
  /** Kept open throughout; each asks again as soon as it is answered. */
  readonly connections: number
  /** Every other status ends the run with an error. */
  readonly status: number
  /** Ends after this time, or after this many answers when `count` is there. */
  readonly seconds: number
  readonly count?: number
}

/** What it saw. */
export type LoadResult = {
  /** Answers within the time. */
  readonly answers: number
  /** Answers with those that came just after the time. */
  readonly answers_in_all: number
  readonly per_second: number
  readonly p50_ms: number
  readonly p99_ms: number
  /** CPU time of the generator itself, in cores. */
  readonly client_cores: number
  /** The body of one answer. */
  readonly sample: string
}

export type LoadReply = { readonly result: LoadResult } | { readonly error: string }
