import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { LoadOrder, LoadReply, LoadResult } from './protocol.ts'

const PROGRAM = new URL('program.ts', import.meta.url).pathname

export type Load = { run(order: LoadOrder): Promise<LoadResult>; stop(): Promise<void> }

/** Starts the load generator as a process of its own, so that it shares no event loop with anything. */
export function startLoad(): Load {
  const child = fork(PROGRAM, { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const exited = once(child, 'exit')
  return {
    async run(order) {
      const reply = Promise.race([
        once(child, 'message').then(([message]) => message as LoadReply),
        exited.then(() => ({ error: 'the load generator ended' })),
      ])
      child.send(order)
      const answer = await reply
      if ('error' in answer) throw new Error(answer.error)
      return answer.result
    },
    async stop() {
      if (child.connected) child.disconnect()
      await exited
    },
  }
}
