import { isDeepStrictEqual } from 'node:util'
import type { Context } from '../../context.ts'
import { standingsOf } from '../../checkout/standingStore.ts'

const TICK_MS = 500
const BEAT_MS = 15_000
/** Of one process. A page beyond them asks for itself. */
const STREAMS_MAX = 5000
/** Of one session: nobody needs as many tabs. */
const STREAMS_PER_SESSION = 8

type Sink = { send: (event: 'status' | 'beat', data: object) => void; close: () => void }
type Stream = { session_id: string; read: () => Promise<object | null>; sink: Sink; told: object | null }

/** A place in the watch that is taken; `begin` tells the first status, `end` gives the place back. */
export type Watched = { begin(sink: Sink): void; end(): void }

/**
 * Tells pages what happens to their sessions. One statement per tick looks at all sessions that are watched by this
 * process, however many pages there are; only those that stand otherwise than before are read in full. Nothing is held
 * but the connections: any process can serve any page.
 */
export function startWatch(ctx: Context) {
  const streams = new Set<Stream>()
  const taken = new Map<string, number>()
  const standings = new Map<string, string>()
  let timer: NodeJS.Timeout | undefined
  let beat_in = BEAT_MS

  function add(session_id: string, read: Stream['read']): Watched | null {
    const of_session = taken.get(session_id) ?? 0
    if (streams.size >= STREAMS_MAX || of_session >= STREAMS_PER_SESSION) return null
    taken.set(session_id, of_session + 1)
    let stream: Stream | null = null
    let is_over = false
    return {
      begin(sink) {
        stream = { session_id, read, sink, told: null }
        streams.add(stream)
        void tell(stream)
        timer ??= setTimeout(() => void tick(), TICK_MS)
      },
      end() {
        if (is_over) return
        is_over = true
        if (stream) streams.delete(stream)
        const left = (taken.get(session_id) ?? 1) - 1
        if (left > 0) taken.set(session_id, left)
        else {
          taken.delete(session_id)
          standings.delete(session_id)
        }
      },
    }
  }

  async function tick(): Promise<void> {
    try {
      const changed = new Set<string>()
      for (const { id, standing, is_paid } of await standingsOf(ctx.db, [...taken.keys()])) {
        // After the payment the page waits for the shop's webhook, which is not part of the standing.
        if (is_paid || standings.get(id) !== standing) changed.add(id)
        if (taken.has(id)) standings.set(id, standing)
      }
      await Promise.all([...streams].filter(({ session_id }) => changed.has(session_id)).map(tell))
    } catch (error) {
      // The database is away: the pages hear no change until it is back.
      ctx.log.warn({ err: error }, 'could not look at the watched sessions')
    }
    beat_in -= TICK_MS
    if (beat_in <= 0) {
      beat_in = BEAT_MS
      for (const { sink } of streams) sink.send('beat', {})
    }
    timer = streams.size > 0 ? setTimeout(() => void tick(), TICK_MS) : undefined
  }

  async function tell(stream: Stream): Promise<void> {
    const status = await stream.read().catch(() => null)
    if (!status || !streams.has(stream) || isSame(status, stream.told)) return
    stream.told = status
    stream.sink.send('status', status)
  }

  return {
    add,
    /** Ends every stream, so that a server that stops is not kept by pages that wait. */
    close(): void {
      clearTimeout(timer)
      for (const { sink } of streams) sink.close()
      streams.clear()
    },
  }
}

function isSame(status: object, told: object | null): boolean {
  return told !== null && isDeepStrictEqual({ ...status, server_time: '' }, { ...told, server_time: '' })
}
