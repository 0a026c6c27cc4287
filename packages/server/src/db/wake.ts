import pg from 'pg'

/** What a process may be waiting for: events to publish, deliveries to send, mails to send. */
export type Channel = 'skiro_events' | 'skiro_deliveries' | 'skiro_mails'

type Notifier = { query(text: string, values: unknown[]): Promise<unknown> }

/**
 * Tells every process that listens that there is something to do. It is sent by a statement of its own, after the commit
 * that it speaks of: PostgreSQL lets transactions that notify commit only one after the other, and payments must not
 * wait for each other. A wake that is lost costs a poll's pause and nothing else: what is to be done stands in rows.
 */
export function createWaker(pool: Notifier): (channel: Channel) => void {
  const asked = new Set<Channel>()
  let busy = false
  const send = async () => {
    busy = true
    while (asked.size > 0) {
      const channels = [...asked]
      asked.clear()
      await pool.query(`select pg_notify(c, '') from unnest($1::text[]) c`, [channels]).catch(() => {})
    }
    busy = false
  }
  return (channel) => {
    asked.add(channel)
    if (!busy) void send()
  }
}

const RECONNECT_MS = 1000

/**
 * Calls `wake[channel]` when somebody asks for it, and all of them after each connect: nobody knows what was missed.
 * Holds a connection of its own for as long as it listens.
 */
export function listen(
  pool: pg.Pool,
  wake: Readonly<Record<Channel, () => void>>,
  onError: (error: unknown) => void,
): { stop(): Promise<void> } {
  let client: pg.Client | null = null
  let timer: NodeJS.Timeout | null = null
  let stopped = false

  async function connect(): Promise<void> {
    const mine = new pg.Client({ connectionString: pool.options.connectionString, keepAlive: true })
    client = mine
    mine.on('error', onError)
    mine.on('end', retry)
    mine.on('notification', ({ channel }) => wake[channel as Channel]())
    try {
      await mine.connect()
      for (const channel of Object.keys(wake)) await mine.query(`listen ${channel}`)
      for (const call of Object.values(wake)) call()
    } catch (error) {
      if (stopped) return
      onError(error)
      await mine.end().catch(() => {})
    }
  }

  function retry(): void {
    if (!stopped) timer = setTimeout(() => void connect(), RECONNECT_MS)
  }

  void connect()
  return {
    async stop() {
      stopped = true
      if (timer) clearTimeout(timer)
      await client?.end().catch(() => {})
    },
  }
}
