import type { CreateFigures } from '../create/createBench.ts'
import type { RoundTrips } from '../create/countRoundTrips.ts'
import { figure, table } from './format.ts'

/** The figures of `create` as a Markdown table. */
export function createTable(f: CreateFigures): string {
  const to = (value: number) => `${figure(value / f.creates_per_s)} × create`
  return table([
    ['what', 'figure', 'ratio'],
    [
      `create a session, ${f.connections} connections`,
      `${figure(f.creates_per_s)} /s`,
      `${figure(f.ratio)} × ${f.peer}`,
    ],
    ['the same without Idempotency-Key', `${figure(f.without_key_per_s)} /s`, to(f.without_key_per_s)],
    [
      `its time, p50 / p99`,
      `${figure(f.p50_ms)} / ${figure(f.p99_ms)} ms`,
      `p99 = ${figure(f.p99_to_p50)} × p50`,
    ],
    [`${f.peer}: insert the same row, one per transaction`, `${figure(f.inserts_per_s)} /s`, '1'],
    ['retrieve a session', `${figure(f.retrieves_per_s)} /s`, `${figure(f.retrieve_ratio)} × create`],
    ['GET /healthz: HTTP without database', `${figure(f.healthz_per_s)} /s`, to(f.healthz_per_s)],
    ['database round trips of a create, alone / all connections busy', trips(f.create_trips), ''],
    ['commits per create, both together', figure(f.create_trips.commits), ''],
    ['database round trips of a retrieve, alone / all connections busy', trips(f.retrieve_trips), ''],
    ['CPU that the load generator took away', `${figure(f.client_cores)} cores`, ''],
  ])
}

const trips = ({ alone, together }: RoundTrips) => `${figure(alone)} / ${figure(together)}`
