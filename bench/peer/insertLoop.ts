import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { Peer, PeerOrder } from './protocol.ts'

const PROGRAM = new URL('insertLoopProgram.ts', import.meta.url).pathname

/**
 * The stand-in where pgbench is not installed: the same statement over 64 connections from Node. It is slower than
 * pgbench, so its ratio flatters; the table names it.
 */
export const insertLoop: Peer = {
  name: 'insert loop in Node (no pgbench here)',
  async insertsPerSecond(order: PeerOrder) {
    const child = fork(PROGRAM, { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    const exited = once(child, 'exit')
    const reply = once(child, 'message').then(([per_second]) => per_second as number)
    child.send(order)
    const per_second = await Promise.race([
      reply,
      exited.then(() => {
        throw new Error('the insert loop failed')
      }),
    ])
    await exited
    return per_second
  },
}
