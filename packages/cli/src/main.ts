import { EXIT } from './exit.ts'
import { processIo } from './io.ts'
import { run } from './run.ts'

const io = processIo()
// The first Ctrl-C ends in order, which may wait for a delivery; the second does not wait.
let interrupts = 0
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    interrupts += 1
    if (interrupts > 1) process.exit(EXIT.interrupted)
    io.interrupt()
  })
}
// `skiro events list | head`: nobody reads any more, and that is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.ok)
  throw error
})
process.exitCode = await run(process.argv.slice(2), io)
