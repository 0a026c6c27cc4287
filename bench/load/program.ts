/** The load generator's process: takes one order at a time, answers with one result. Ends when its parent is gone. */
import type { LoadOrder, LoadReply } from './protocol.ts'
import { runLoad } from './runLoad.ts'

process.on('message', (order: LoadOrder) => {
  void runLoad(order).then(
    (result) => process.send?.({ result } satisfies LoadReply),
    (error: Error) => process.send?.({ error: error.message } satisfies LoadReply),
  )
})
process.on('disconnect', () => process.exit())
