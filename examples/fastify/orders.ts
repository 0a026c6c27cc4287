import { randomUUID } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'

/** What a customer bought. `tx_hash`: the transaction on the chain that paid the shop. */
export type Order = {
  id: string
  amount: string
  currency: 'USD'
  status: 'open' | 'paid'
  tx_hash: string | null
}

// A file of its own, so that orders and events outlive the process. Put your own database in its place.
const db = new DatabaseSync(process.env.SHOP_DB ?? 'shop.db')
db.exec(`
  pragma busy_timeout = 5000;
  create table if not exists orders (id text primary key, amount text, currency text, status text, tx_hash text);
  create table if not exists seen_events (id text primary key);
`)

/** The price is ours: nothing that a browser sent goes into it. The id is secret enough to guard the order's page. */
export function addOrder(amount: string, currency: Order['currency']): Order {
  const order: Order = { id: randomUUID(), amount, currency, status: 'open', tx_hash: null }
  db.prepare(`insert into orders values (?, ?, ?, 'open', null)`).run(order.id, amount, currency)
  return order
}

export function findOrder(id: string): Order | undefined {
  return db.prepare('select * from orders where id = ?').get(id) as Order | undefined
}

export function markPaid(id: string): void {
  db.prepare(`update orders set status = 'paid' where id = ?`).run(id)
}

export function notePayout(id: string, tx_hash: string | null): void {
  db.prepare('update orders set tx_hash = ? where id = ?').run(tx_hash, id)
}

/** Does the work of an event once, however often the event comes: its id and its effect are one transaction. */
export function once(event_id: string, work: () => void): void {
  db.exec('begin immediate')
  try {
    const { changes } = db.prepare('insert or ignore into seen_events values (?)').run(event_id)
    if (Number(changes) === 1) work()
    db.exec('commit')
  } catch (error) {
    db.exec('rollback')
    throw error
  }
}
