import { AsyncLocalStorage } from 'node:async_hooks'

/** The process died here: nothing after this point happened. */
export class Crash extends Error {
  override name = 'Crash'
}

/** A worker in the middle of a call to the outside world. */
export type Actor = { readonly name: string; resume(): void; kill(): void }

type Running = { readonly name: string; yielded: () => void }

/**
 * Workers that take turns: one runs at a time, until it calls the outside world or ends. So any order of steps of any
 * number of workers can be had, and the same order again from the same seed.
 */
export type Stage = {
  /** Runs `work` until it parks or ends. What it throws, a crash aside, is kept in `errors`. */
  start(name: string, work: () => Promise<unknown>): Promise<void>
  /** Called by ports: gives the turn away, until the seed says that this worker goes on, or dies. */
  park(where: string): Promise<void>
  /** Workers that wait for their turn, in the order in which they parked. */
  readonly parked: readonly Actor[]
  /** Gives the turn to one of them: it goes on, or the process that it is part of has died. */
  turn(actor: Actor, fate: 'resume' | 'kill'): Promise<void>
  readonly errors: readonly unknown[]
}

export function createStage(): Stage {
  const storage = new AsyncLocalStorage<Running>()
  const parked: Actor[] = []
  const errors: unknown[] = []
  const owners = new Map<Actor, Running>()

  /** Resolves when the worker has given its turn away. */
  const turnOf = (running: Running, go: () => void) =>
    new Promise<void>((resolve) => {
      running.yielded = resolve
      go()
    })

  return {
    parked,
    errors,
    start(name, work) {
      const running: Running = { name, yielded: () => {} }
      const run = async () => {
        try {
          await work()
        } catch (error) {
          if (!(error instanceof Crash)) errors.push(error)
        }
        running.yielded()
      }
      return turnOf(running, () => void storage.run(running, run))
    },
    park(where) {
      const running = storage.getStore()
      if (!running) return Promise.resolve()
      return new Promise((resolve, reject) => {
        const actor: Actor = {
          name: `${running.name} at ${where}`,
          resume: () => resolve(),
          kill: () => reject(new Crash(where)),
        }
        owners.set(actor, running)
        parked.push(actor)
        running.yielded()
      })
    },
    turn(actor, fate) {
      const running = owners.get(actor)
      if (!running) throw new Error('an actor that is not parked')
      owners.delete(actor)
      parked.splice(parked.indexOf(actor), 1)
      return turnOf(running, () => (fate === 'resume' ? actor.resume() : actor.kill()))
    },
  }
}
