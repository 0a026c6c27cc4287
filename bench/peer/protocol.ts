import type { SessionRow } from './sessionRow.ts'

export type PeerOrder = {
  readonly database_url: string
  readonly row: SessionRow
  readonly connections: number
  readonly seconds: number
  /** Number of the run: ids of different runs differ. */
  readonly run: number
}

export type Inserts = {
  /** Transactions of one row each that committed. */
  readonly inserted: number
  /** The same per second, connecting excluded. */
  readonly per_second: number
}

export type Peer = {
  /** Name and version, for the table. */
  readonly name: string
  insertFor(order: PeerOrder): Promise<Inserts>
}
