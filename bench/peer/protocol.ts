import type { SessionRow } from './sessionRow.ts'

export type PeerOrder = {
  readonly database_url: string
  readonly row: SessionRow
  readonly connections: number
  readonly seconds: number
  /** Number of the run: ids of different runs differ. */
  readonly run: number
}

export type Peer = {
  /** Name and version, for the table. */
  readonly name: string
  /** Transactions per second of single-row inserts, connecting excluded. */
  insertsPerSecond(order: PeerOrder): Promise<number>
}
