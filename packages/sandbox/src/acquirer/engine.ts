import type { Book } from './book.ts'
import { Refusal } from './errors.ts'
import type { Answer, Idempotency } from './idempotency.ts'
import { fingerprintOf } from './idempotency.ts'
import type { Done, StoredAnswer } from './model.ts'
import { expiry } from './verbs/expiry.ts'
import type { World } from './verbs/world.ts'
import type { Webhooks } from './webhooks.ts'

/** What the routes share. */
export type Engine = {
  readonly world: World
  readonly book: Book
  readonly idempotency: Idempotency
  readonly webhooks: Webhooks
}

/** Commits what was decided; resolves when it is on disk, and tells the webhook receiver. */
export async function enact(engine: Engine, done: Done, answer: StoredAnswer | null = null): Promise<void> {
  const event = engine.book.enact(done, engine.world.clock.iso(), answer)
  await engine.book.flushed()
  if (event) engine.webhooks.accept(event)
}

/** Lets an authorisation lapse whose time is over. Called before anything looks at the payment. */
export async function settleExpiry(engine: Engine, id: string): Promise<void> {
  const payment = engine.book.payments.get(id)
  const done = payment ? expiry(engine.world, payment) : null
  if (done) await enact(engine, done)
}

type Call = {
  readonly key: string | null
  readonly path: string
  readonly fields: object
  /** Waits as a planned delay wants; runs inside the key's lock. */
  readonly wait: () => Promise<void>
  readonly verb: () => Done
}

/** Runs a POST: once per key, refusals kept like answers, everything on disk before it returns. */
export async function runOnce(engine: Engine, call: Call): Promise<Answer> {
  const { key } = call
  if (key === null) return perform(engine, call, () => null)
  return engine.idempotency.run(key, fingerprintOf(call.path, call.fields), (store) =>
    perform(engine, call, store),
  )
}

async function perform(
  engine: Engine,
  call: Call,
  store: (status: number, body: unknown) => StoredAnswer | null,
): Promise<Answer> {
  await call.wait()
  const done = decideOrRefuse(call.verb)
  const { status, body } = done
  await enact(engine, done, store(status, body))
  return { status, body, replayed: false }
}

function decideOrRefuse(verb: () => Done): Done {
  try {
    return verb()
  } catch (error) {
    if (error instanceof Refusal) return { status: error.status, body: error.body }
    throw error
  }
}
