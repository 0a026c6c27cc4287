import type { Logger } from 'pino'
import type { Sql } from '../db/sql.ts'
import { nowMs } from '../lib/clock.ts'
import { recordKeyUse } from './keyStore.ts'

/** Remembers which keys were used and writes it down behind the requests' backs. */
export type KeyUse = {
  /** The key was used just now. Costs a map entry, never a statement. */
  note(key_id: string): void
  /** Writes all notes in one statement. Never throws: what could not be written is kept for the next time. */
  flush(): Promise<void>
  /** The last flush; notes made after it are lost. */
  close(): Promise<void>
}

/** @param every_ms pause between the first note and the statement that writes it and all that came meanwhile */
export function createKeyUse(db: Sql, log: Pick<Logger, 'warn'>, every_ms = 60_000): KeyUse {
  let used = new Map<string, number>()
  let timer: NodeJS.Timeout | null = null
  let writing = Promise.resolve()
  let closed = false

  function arm(): void {
    if (timer || closed) return
    timer = setTimeout(() => {
      timer = null
      void flush()
    }, every_ms)
    // A note is no reason to keep the process alive; `close` writes what is left.
    timer.unref()
  }

  async function write(): Promise<void> {
    if (used.size === 0) return
    const taken = used
    used = new Map()
    const now = nowMs()
    try {
      await recordKeyUse(
        db,
        // The clock may have been set back since the note; a use is never later than now.
        Array.from(taken, ([id, at]) => ({ id, age_ms: Math.max(0, now - at) })),
      )
    } catch (error) {
      log.warn({ err: error }, 'the last use of API keys was not written')
      used = new Map([...taken, ...used])
      arm()
    }
  }

  async function flush(): Promise<void> {
    writing = writing.then(write)
    await writing
  }

  return {
    note(key_id) {
      used.set(key_id, nowMs())
      arm()
    },
    flush,
    async close() {
      closed = true
      if (timer) clearTimeout(timer)
      timer = null
      await flush()
    },
  }
}
