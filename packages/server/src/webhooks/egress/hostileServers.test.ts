import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { after, afterEach, beforeEach, describe, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { createEgress, type Egress, EgressError } from '../egress.ts'

/** Far more than all buffers between two sockets of one machine hold. */
const ENDLESS = 256 * 1024 * 1024
const HEAD = 'HTTP/1.1 200 OK\r\n'

let behave: (socket: Socket) => void = () => {}
const server = createServer((socket) => {
  socket.on('error', () => {})
  socket.once('data', () => behave(socket))
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
// One for each test: no connection is handed on from one to the next.
let egress: Egress
beforeEach(() => {
  egress = createEgress(['127.0.0.0/8'])
  behave = () => {}
})
afterEach(() => egress.close())
after(() => void server.close())

const post = (timeout_ms = 20_000) => egress.post(url, '{}', {}, { timeout_ms, livemode: false })
const refusal = async (timeout_ms?: number): Promise<EgressError> => {
  const error = await post(timeout_ms).then(String, (error: unknown) => error)
  assert.ok(error instanceof EgressError, String(error))
  return error
}

/** Sends `start`, then `piece` again and again, as fast as it is taken. Resolves with the bytes sent when hung up on. */
function floods(start: string, piece: string): Promise<number> {
  return new Promise((resolve) => {
    behave = (socket) => {
      let sent = 0
      const more = () => {
        while (sent < ENDLESS) {
          sent += piece.length
          if (!socket.write(piece)) return
        }
        socket.destroy()
      }
      socket.on('drain', more)
      socket.on('close', () => resolve(sent))
      socket.write(start)
      more()
    }
  })
}

const K = 'x'.repeat(1024)
/** What comes without end, and what is made of it. */
const FLOODS: Record<string, [start: string, piece: string, outcome: string]> = {
  'a body without a length': [`${HEAD}\r\n`, K, '200'],
  'a body of one terabyte': [`${HEAD}content-length: 1099511627776\r\n\r\n`, K, '200'],
  chunks: [`${HEAD}transfer-encoding: chunked\r\n\r\n`, `400\r\n${K}\r\n`, '200'],
  'chunks of one byte': [`${HEAD}transfer-encoding: chunked\r\n\r\n`, '1\r\nx\r\n'.repeat(100), '200'],
  'a chunk extension': [`${HEAD}transfer-encoding: chunked\r\n\r\n1;a=`, K, '200'],
  trailers: [`${HEAD}transfer-encoding: chunked\r\n\r\n0\r\n`, `x: ${K}\r\n`, '200|broke off'],
  'one header': [`${HEAD}x: `, K, 'headers of the answer are larger'],
  'many headers': [HEAD, `x: ${K}\r\n`, 'headers of the answer are larger'],
  'many empty headers': [HEAD, 'a:\r\n'.repeat(200), 'headers of the answer are larger'],
  'a reason': ['HTTP/1.1 200 ', K, 'larger than what is read'],
  'interim answers': [
    '',
    'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'.repeat(20),
    'larger than what is read',
  ],
}

describe('a server that sends without end is hung up on', () => {
  for (const [what, [start, piece, outcome]] of Object.entries(FLOODS)) {
    test(what, async () => {
      const flood = floods(start, piece)
      const said = await post().then(
        ({ status, head }) => {
          assert.ok(Buffer.byteLength(head) <= 4096, `${Buffer.byteLength(head)}`)
          return `${status}`
        },
        (error: unknown) => {
          assert.ok(error instanceof EgressError && error.reason === 'bad_answer', String(error))
          return error.message
        },
      )
      assert.match(said, new RegExp(outcome))
      // The rest is what the kernel's buffers took.
      const sent = await flood
      assert.ok(sent < ENDLESS / 4, `${sent} bytes`)
    })
  }

  test('control: one who reads on would be sent all of it', async () => {
    const flood = floods(`${HEAD}\r\n`, K)
    const answer = await fetch(url, { method: 'POST', body: '{}' })
    await answer.body?.pipeTo(new WritableStream())
    assert.ok((await flood) >= ENDLESS)
  })

  test('64 KB to the byte are an answer, and the connection is kept', async () => {
    const body = 'x'.repeat(64 * 1024)
    let posts = 0
    behave = (socket) => {
      const answer = () => {
        posts += 1
        socket.write(`${HEAD}content-length: ${body.length}\r\n\r\n${body}`)
      }
      socket.on('data', answer)
      answer()
    }
    assert.equal((await post()).status, 200)
    assert.equal((await post()).status, 200)
    assert.equal(posts, 2)
  })

  test('one byte more is the end of it, whether or not there would be more', async () => {
    behave = (socket) =>
      void socket.write(`${HEAD}content-length: 100000\r\n\r\n${'x'.repeat(64 * 1024 + 1)}`)
    assert.equal((await post()).status, 200)
  })

  test('many answers on one connection do not add up', async () => {
    let connections = 0
    behave = (socket) => {
      connections += 1
      const answer = () => socket.write(`${HEAD}content-length: 60000\r\n\r\n${'x'.repeat(60_000)}`)
      socket.on('data', answer)
      answer()
    }
    for (let n = 0; n < 20; n += 1) assert.equal((await post()).status, 200)
    // Twenty answers are over a megabyte.
    assert.ok(connections <= 2, `${connections}`)
  })
})

describe('a server that takes its time is left at the timeout', () => {
  /** One byte of `text` every few milliseconds, again and again. */
  const drips = (start: string, text: string) =>
    new Promise<void>((resolve) => {
      behave = (socket) => {
        socket.write(start)
        let n = 0
        const timer = setInterval(() => socket.write(text[n++ % text.length] ?? ''), 5)
        socket.on('close', () => {
          clearInterval(timer)
          resolve()
        })
      }
    })

  const DRIPS: Record<string, [start: string, text: string]> = {
    'the body': [`${HEAD}content-length: 100000\r\n\r\n`, 'x'],
    chunks: [`${HEAD}transfer-encoding: chunked\r\n\r\n`, '1\r\nx\r\n'],
    'the headers': [HEAD, 'x: y\r\n'],
    'the first line': ['HTTP/1.1 200 ', 'x'],
    'interim answers': ['', 'HTTP/1.1 103 Early Hints\r\n\r\n'],
  }
  for (const [what, [start, text]] of Object.entries(DRIPS)) {
    test(`${what} drip by drip`, async () => {
      const hung_up = drips(start, text)
      assert.equal((await refusal(300)).reason, 'timeout')
      await hung_up
    })
  }

  test('a body that stops in the middle', async () => {
    behave = (socket) => void socket.write(`${HEAD}content-length: 10\r\n\r\nhalf`)
    assert.equal((await refusal(150)).reason, 'timeout')
  })
})

describe('answers that are none', () => {
  test('a body that breaks off', async () => {
    behave = (socket) => void socket.end(`${HEAD}content-length: 10\r\n\r\nhalf`)
    const { reason, message } = await refusal()
    assert.deepEqual([reason, message], ['bad_answer', 'the answer broke off'])
  })

  test('in the operator’s own network it is told at once what is wrong', async () => {
    behave = (socket) => void socket.end('SSH-2.0-OpenSSH_9.9\r\n')
    assert.equal((await refusal()).message, 'what listens there does not speak HTTP')
    behave = (socket) => void socket.destroy()
    assert.equal((await refusal()).message, 'the connection was closed before an answer')
    const nobody = egress.post('http://127.0.0.1:1/', '{}', {}, { timeout_ms: 5000, livemode: false })
    await assert.rejects(nobody, { message: 'connection refused: nothing listens there' })
  })

  test('a second answer that nobody asked for is not the next one’s', async () => {
    behave = (socket) => {
      socket.write(`${HEAD}content-length: 2\r\n\r\nokHTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n`)
    }
    for (let n = 0; n < 5; n += 1) assert.equal((await post()).status, 200)
    await wait(1)
    assert.equal((await post()).status, 200)
  })
})
