import { fork } from 'node:child_process'
import { once } from 'node:events'

const PROGRAM = new URL('receiverProgram.ts', import.meta.url).pathname

export type FastReceiver = {
  readonly url: string
  /** Events received so far. */
  count(): Promise<number>
  stop(): Promise<void>
}

/** Starts the receiver, so that it shares no event loop with anything that is measured. */
export async function startFastReceiver(): Promise<FastReceiver> {
  const child = fork(PROGRAM, { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const exited = once(child, 'exit')
  const [{ port }] = (await once(child, 'message')) as [{ port: number }]
  return {
    url: `http://127.0.0.1:${port}`,
    async count() {
      child.send('count')
      const [{ count }] = (await once(child, 'message')) as [{ count: number }]
      return count
    },
    async stop() {
      if (child.connected) child.disconnect()
      await exited
    },
  }
}
