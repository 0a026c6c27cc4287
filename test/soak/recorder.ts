import { setTimeout as sleep } from 'node:timers/promises'
import { type Db, inTransaction } from '../../packages/server/src/db/sql.ts'
import type { EventType } from '../../packages/server/src/events/event.ts'
import { recordEvent } from '../../packages/server/src/events/record.ts'
import type { Random } from '../fuzz/random.ts'
import type { SimulatedClock } from './clock.ts'
import type { CommittedEvent } from './judge/recording.ts'

const TYPES: readonly EventType[] = ['checkout.completed', 'payout.sent', 'payout.completed']
const WRITERS = 6
const ROLLED_BACK_SHARE = 0.1
/** Transactions that stay open for a moment, so that they commit in another order than they began. */
const SLOW_SHARE = 0.3
const SLOW_MS = 20

class RolledBack extends Error {}

/** Records events as payments do: each in a transaction that may take its time, and may be rolled back. */
export type Recorder = {
  /** Commits so many events, spread over so many seconds; fewer when it is broken off. */
  record(count: number, seconds: number): Promise<void>
  readonly committed: readonly CommittedEvent[]
  readonly rolled_back: readonly string[]
}

export function createRecorder(
  db: Db,
  merchant_ids: readonly string[],
  clock: SimulatedClock,
  random: Random,
  signal: AbortSignal,
): Recorder {
  const committed: CommittedEvent[] = []
  const rolled_back: string[] = []
  let serial = 0

  async function recordOne(fails: boolean): Promise<void> {
    const merchant_id = random.pick(merchant_ids)
    const type = random.pick(TYPES)
    const data = {
      serial: serial++,
      id: `po_${serial}`,
      amount: random.below(100_000) / 100,
      note: 'Fern & Söhne',
    }
    let id = ''
    await inTransaction(db, async (tx) => {
      const event = { type, object_id: data.id, data, webhook_url: null }
      id = await recordEvent(tx, { merchant_id, livemode: false }, event)
      if (random.chance(SLOW_SHARE)) await sleep(random.below(SLOW_MS))
      if (fails) throw new RolledBack()
    }).catch((error: unknown) => {
      if (!(error instanceof RolledBack)) throw error
    })
    if (fails) rolled_back.push(id)
    else committed.push({ id, merchant_id, type, data: JSON.stringify(data), at: clock.now() })
  }

  return {
    async record(count, seconds) {
      const started = performance.now()
      let taken = 0
      const write = async () => {
        for (let turn = taken++; turn < count && !signal.aborted; turn = taken++) {
          const due = started + (turn / count) * seconds * 1000
          await sleep(Math.max(0, due - performance.now()))
          if (random.chance(ROLLED_BACK_SHARE)) await recordOne(true)
          await recordOne(false)
        }
      }
      await Promise.all(Array.from({ length: WRITERS }, write))
    },
    committed,
    rolled_back,
  }
}
