import type { SkiroEvent } from 'skiro'
import { Journal } from '../acquirer/journal.ts'
import type { Order, OrderFields, ReceivedEvent } from './order.ts'

type Line = { order: OrderFields } | { order_id: string; event: ReceivedEvent }

/**
 * The shop's orders, in memory and, when there is a file, in an append-only journal that is replayed at start.
 * What a method resolves for is on disk.
 */
export class OrderBook {
  readonly #orders = new Map<string, Order>()
  readonly #journal: Journal | null

  private constructor(journal: Journal | null) {
    this.#journal = journal
  }

  /** Opens or creates the file; null keeps orders in memory only. Throws `SyntaxError` for a file it did not write. */
  static async open(file: string | null): Promise<OrderBook> {
    if (file === null) return new OrderBook(null)
    const { journal, lines } = await Journal.open(file)
    const book = new OrderBook(journal)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only this class writes the file
    for (const line of lines) book.#replay(line as Line)
    return book
  }

  find(id: string): Order | undefined {
    return this.#orders.get(id)
  }

  async add(fields: OrderFields): Promise<void> {
    this.#orders.set(fields.id, { fields, received: [], events: [] })
    await this.#write({ order: fields })
  }

  /**
   * Takes a verified event in, once however often it comes. `false`: it is about no order of this shop.
   * A duplicate too waits for the disk, so that its answer never vouches for a lost first one.
   */
  async receive(event: SkiroEvent, raw_body: string, signature_header: string): Promise<boolean> {
    const order = this.#orderOf(event)
    if (!order) return false
    if (order.events.some(({ id }) => id === event.id)) {
      await this.#journal?.flushed()
      return true
    }
    const { id, type, sequence } = event
    const received_at = new Date().toISOString()
    const received = { id, type, sequence, received_at, raw_body, signature_header }
    order.events.push(event)
    order.received.push(received)
    await this.#write({ order_id: order.fields.id, event: received })
    return true
  }

  async close(): Promise<void> {
    await this.#journal?.close()
  }

  // Other programs may take payments with the same key, so the session must be this order's too.
  #orderOf({ data }: SkiroEvent): Order | undefined {
    const metadata: unknown = 'metadata' in data ? data.metadata : null
    const order_id =
      typeof metadata === 'object' && metadata && 'order_id' in metadata ? metadata.order_id : null
    const order = typeof order_id === 'string' ? this.#orders.get(order_id) : undefined
    const session_id =
      data.object === 'checkout_session'
        ? data.id
        : 'checkout_session_id' in data
          ? data.checkout_session_id
          : null
    return session_id === null || session_id === order?.fields.session_id ? order : undefined
  }

  #replay(line: Line): void {
    if ('order' in line) {
      this.#orders.set(line.order.id, { fields: line.order, received: [], events: [] })
      return
    }
    const order = this.#orders.get(line.order_id)
    if (!order) throw new SyntaxError(`The journal tells of an order that it does not hold: ${line.order_id}`)
    order.received.push(line.event)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- verified before it was written
    order.events.push(JSON.parse(line.event.raw_body) as SkiroEvent)
  }

  async #write(line: Line): Promise<void> {
    this.#journal?.append(line)
    await this.#journal?.flushed()
  }
}
