import { fork } from 'node:child_process'
import { once } from 'node:events'

const PROGRAM = new URL('steadyLoadProgram.ts', import.meta.url).pathname

export type SteadyOrder = { readonly url: string; readonly per_second: number; readonly seconds: number }

/**
 * Asks for `url` so many times a second, whether or not the last answer has come, as customers do. Resolves with the
 * time of each answer in milliseconds, as another process saw it.
 */
export async function steadyLoad(url: string, per_second: number, seconds: number): Promise<number[]> {
  const child = fork(PROGRAM, { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const exited = once(child, 'exit').then(() => {
    throw new Error('the load generator ended before its time')
  })
  exited.catch(() => {})
  child.send({ url, per_second, seconds } satisfies SteadyOrder)
  const [times] = (await Promise.race([once(child, 'message'), exited])) as [number[]]
  child.disconnect()
  return times
}
