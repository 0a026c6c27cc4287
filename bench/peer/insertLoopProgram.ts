/** Process of `insertLoop.ts`: inserts one row per transaction over many connections, tells how many per second. */
import pg from 'pg'
import { newId } from '../../packages/server/src/lib/ids.ts'
import type { Inserts, PeerOrder } from './protocol.ts'
import { FIXED, insertStatement } from './sessionRow.ts'

const text = insertStatement((column) => `$${FIXED.findIndex((name) => name === column) + 2}`, '$1')

async function insertFor(order: PeerOrder): Promise<Inserts> {
  const fixed = FIXED.map((column) => order.row[column])
  const clients = Array.from(
    { length: order.connections },
    () => new pg.Client({ connectionString: order.database_url }),
  )
  await Promise.all(clients.map((client) => client.connect()))
  const start = performance.now()
  const end = start + order.seconds * 1000
  let inserted = 0
  await Promise.all(
    clients.map(async (client) => {
      while (performance.now() < end) {
        await client.query({ name: 'insert', text, values: [newId('checkout_session'), ...fixed] })
        inserted++
      }
    }),
  )
  const per_second = inserted / ((performance.now() - start) / 1000)
  await Promise.all(clients.map((client) => client.end()))
  return { inserted, per_second }
}

process.once('message', (order: PeerOrder) => {
  void insertFor(order).then((inserts) => {
    process.send?.(inserts)
    process.disconnect()
  })
})
