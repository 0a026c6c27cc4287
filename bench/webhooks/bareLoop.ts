import { fork } from 'node:child_process'
import { once } from 'node:events'

const PROGRAM = new URL('bareLoopProgram.ts', import.meta.url).pathname

export type BareOrder = {
  readonly urls: readonly string[]
  readonly body: string
  readonly secret: string
  readonly concurrency: number
  readonly seconds: number
  readonly warm_up_s: number
}

/** Signed posts per second of a bare loop, in a process of its own. */
export async function bareLoop(order: BareOrder): Promise<number> {
  const child = fork(PROGRAM, {
    execArgv: ['--conditions=source'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const exited = once(child, 'exit')
  child.send(order)
  const [{ per_second }] = (await once(child, 'message')) as [{ per_second: number }]
  await exited
  return per_second
}
