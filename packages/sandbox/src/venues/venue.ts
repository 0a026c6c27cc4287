import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Book, Pair, Style } from './book.ts'

export const VENUE_IDS = ['kraken', 'coinbase', 'binance'] as const
export type VenueId = (typeof VENUE_IDS)[number]

/** Turns a book made at `at_ms` into the venue's own JSON. */
export type Render = (book: Book, at_ms: number) => unknown

/** Answers with the book of `pair`, or with whatever fault the venue is set to. */
export type Respond = (reply: FastifyReply, pair: Pair, render: Render) => Promise<FastifyReply>

/** One simulated exchange: what it lists, how its books look, and its public HTTP interface. */
export type VenueSpec = {
  readonly id: VenueId
  readonly pairs: readonly Pair[]
  readonly style: Style
  /** What it answers when it is broken inside. */
  readonly failure: { readonly status: number; readonly body: unknown }
  routes(app: FastifyInstance, respond: Respond): void
}
