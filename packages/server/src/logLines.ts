import { pino } from 'pino'

const BLOCK = 12_288
const WAIT_MS = 200

/**
 * Where log lines go: standard output, in blocks, because a write for each would be a good part of what a request costs.
 * None waits longer than 200 ms, and what is left is written when the process ends. They are put together here and not
 * by pino's stream, which measures its whole block again for each line that it adds.
 */
export function logLines(): Lines {
  return (lines ??= open())
}

type Lines = { write(line: string): void }

// There is one standard output, so there is one of these.
let lines: Lines | null = null

function open(): Lines {
  const output = pino.destination({ sync: false })
  let block = ''
  const hand = () => {
    if (block === '') return
    output.write(block)
    block = ''
  }
  setInterval(hand, WAIT_MS).unref()
  process.on('exit', () => {
    hand()
    try {
      output.flushSync()
    } catch {
      // Nobody reads any more.
    }
  })
  return {
    write(line) {
      block += line
      if (block.length >= BLOCK) hand()
    },
  }
}
