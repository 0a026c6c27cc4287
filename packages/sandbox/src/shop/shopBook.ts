import type { SkiroEvent } from 'skiro'
import { Journal } from '../acquirer/journal.ts'
import { type Alert, isAlert } from './alert.ts'
import { Cursor } from './cursor.ts'
import { LiveSecrets, type Rotation } from './liveSecrets.ts'
import { findOrder } from './findOrder.ts'
import type { Order, OrderFields, ReceivedEvent } from './order.ts'

/** How an event came: by webhook with its raw body and signature, or in an answer of the API. */
export type Arrival = { via: 'webhook'; raw_body: string; signature_header: string } | { via: 'pull' }

/** What became of an event: it was news, it was known already, or it is none of this shop's business. */
export type Outcome = 'kept' | 'duplicate' | 'not_ours'

/** The second endpoint of the shop, which hears of alerts. */
export type AlertsEndpoint = { id: string; secret: string }

type Line =
  | { order: OrderFields }
  | { order_id: string; event: ReceivedEvent }
  | { alert: Alert }
  | { cursor: number }
  | { rotation: Rotation }
  | { alerts_endpoint: AlertsEndpoint }

/**
 * All the shop knows, in memory and, when there is a file, in an append-only journal that is replayed at start.
 * What a method resolves for is on disk.
 */
export class ShopBook {
  readonly cursor = new Cursor()
  readonly secrets = new LiveSecrets()
  /** In the order of arrival. */
  readonly alerts: Alert[] = []
  alerts_endpoint: AlertsEndpoint | null = null
  readonly #orders = new Map<string, Order>()
  readonly #journal: Journal | null
  #written_cursor = 0

  private constructor(journal: Journal | null) {
    this.#journal = journal
  }

  /** Opens or creates the file; null keeps all in memory only. Throws `SyntaxError` for a file it did not write. */
  static async open(file: string | null): Promise<ShopBook> {
    if (file === null) return new ShopBook(null)
    const { journal, lines } = await Journal.open(file)
    const book = new ShopBook(journal)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only this class writes the file
    for (const line of lines) book.#apply(line as Line)
    book.#written_cursor = book.cursor.upto
    return book
  }

  find(id: string): Order | undefined {
    return this.#orders.get(id)
  }

  async add(fields: OrderFields): Promise<void> {
    await this.#write({ order: fields })
  }

  /**
   * Takes an event in, once however often and whichever way it comes. By webhook it must have been verified.
   * A duplicate too waits for the disk, so that its answer never vouches for a lost first one.
   */
  async take(event: SkiroEvent, arrival: Arrival): Promise<Outcome> {
    const outcome = await this.#keep(event, arrival)
    this.cursor.note(event.sequence)
    return outcome
  }

  /** Writes down how far the events are known, so that the next start asks for nothing older. */
  async saveCursor(): Promise<void> {
    const { upto } = this.cursor
    if (upto === this.#written_cursor) return
    this.#written_cursor = upto
    await this.#append({ cursor: upto })
  }

  /** Verifies with the new secret from now on, and with the one before until `old_until`. */
  async rotate(secret: string, old_until: string): Promise<void> {
    const [newest] = this.secrets.live()
    await this.#write({ rotation: { secret, old: newest?.secret ?? '', old_until } })
  }

  async setAlertsEndpoint(alerts_endpoint: AlertsEndpoint): Promise<void> {
    await this.#write({ alerts_endpoint })
  }

  async close(): Promise<void> {
    await this.#journal?.close()
  }

  async #keep(event: SkiroEvent, arrival: Arrival): Promise<Outcome> {
    if (isAlert(event)) {
      if (this.alerts.some(({ id }) => id === event.id)) return await this.#duplicate()
      await this.#write({ alert: event })
      return 'kept'
    }
    const order = findOrder(this.#orders, event)
    if (!order) return 'not_ours'
    const { id, type, sequence } = event
    if (order.events.some((known) => known.id === id)) {
      if (arrival.via === 'webhook') order.duplicates.set(id, (order.duplicates.get(id) ?? 0) + 1)
      return await this.#duplicate()
    }
    const unsigned = { raw_body: JSON.stringify(event), signature_header: null }
    const received_at = new Date().toISOString()
    const received = { id, type, sequence, received_at, ...unsigned, ...arrival }
    await this.#write({ order_id: order.fields.id, event: received })
    return 'kept'
  }

  async #duplicate(): Promise<Outcome> {
    await this.#journal?.flushed()
    return 'duplicate'
  }

  /** In memory at once, so that whoever comes next sees it; then on disk. */
  async #write(line: Line): Promise<void> {
    this.#apply(line)
    await this.#append(line)
  }

  async #append(line: Line): Promise<void> {
    this.#journal?.append(line)
    await this.#journal?.flushed()
  }

  #apply(line: Line): void {
    if ('order' in line) {
      const { order: fields } = line
      this.#orders.set(fields.id, { fields, received: [], events: [], duplicates: new Map() })
    } else if ('order_id' in line) this.#applyEvent(line)
    else if ('alert' in line) this.alerts.push(line.alert)
    else if ('cursor' in line) this.cursor.resume(line.cursor)
    else if ('rotation' in line) this.secrets.rotate(line.rotation)
    else this.alerts_endpoint = line.alerts_endpoint
  }

  #applyEvent({ order_id, event }: { order_id: string; event: ReceivedEvent }): void {
    const order = this.#orders.get(order_id)
    if (!order) throw new SyntaxError(`The journal tells of an order that it does not hold: ${order_id}`)
    order.received.push(event)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- verified before it was written
    order.events.push(JSON.parse(event.raw_body) as SkiroEvent)
  }
}
