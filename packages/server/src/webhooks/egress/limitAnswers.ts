import type { Socket } from 'node:net'
import { EgressError } from './failure.ts'

/** Twice what is read of a body: room for the headers and for the frames of small chunks. */
export const WIRE_MAX_BYTES = 128 * 1024

/**
 * Destroys a connection on which one answer takes more than 128 KB, whatever they are: a long reason, interim answers
 * without end, chunk extensions, trailers. The HTTP parser counts headers and bodies only.
 */
export function limitAnswers(socket: Socket): void {
  let written = 0
  let from = 0
  let read = 0
  socket.on('readable', () => {
    // What we wrote since starts another answer: there is one request at a time on a connection.
    if (socket.bytesWritten !== written) {
      written = socket.bytesWritten
      from = read
    }
    read = socket.bytesRead
    if (read - from > WIRE_MAX_BYTES)
      socket.destroy(new EgressError('bad_answer', 'the answer is larger than what is read of it'))
  })
}
