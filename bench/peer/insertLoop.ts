import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { Inserts, Peer, PeerOrder } from './protocol.ts'

const PROGRAM = new URL('insertLoopProgram.ts', import.meta.url).pathname

/**
 * The stand-in where pgbench is not installed: the same statement over 64 connections from Node. It is slower than
 * pgbench, so its ratio flatters; the table names it.
 */
export const insertLoop: Peer = {
  name: 'insert loop in Node (no pgbench here)',
  async insertFor(order: PeerOrder) {
    const child = fork(PROGRAM, { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    const exited = once(child, 'exit')
    const reply = once(child, 'message').then(([inserts]) => inserts as Inserts)
    child.send(order)
    const inserts = await Promise.race([
      reply,
      exited.then(() => {
        throw new Error('the insert loop failed')
      }),
    ])
    await exited
    return inserts
  },
}
