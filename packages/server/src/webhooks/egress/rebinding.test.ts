import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, beforeEach, describe, test } from 'node:test'
import { startNameServer } from '../../../../../test/support/nameServer.ts'
import { createEgress, EgressError } from '../egress.ts'
import { createResolver } from './resolve.ts'

/** Here 127.0.0.1 alone may be called, and the server below listens on all of 127.0.0.0/8. */
const GOOD = '127.0.0.1'
const BAD = '127.0.0.2'

let arrived: string[] = []
const server = createServer((request, response) => {
  response.writeHead(200, { connection: 'close' }).end('ok')
  request.resume()
})
server.on('connection', (socket) => arrived.push(socket.localAddress ?? ''))
server.listen(0, '0.0.0.0')
await once(server, 'listening')
const { port } = server.address() as AddressInfo

const names = await startNameServer((name, nth) => {
  if (name === 'flip.test') return [nth % 2 === 0 ? GOOD : BAD]
  if (name === 'mixed.test') return [GOOD, BAD]
  if (name === 'mixed6.test') return [GOOD, 'fd00::1']
  if (name === 'mapped.test') return ['::ffff:127.0.0.2']
  if (name === 'good.test') return [GOOD]
  if (name === 'empty.test') return []
  return name.startsWith('silent') ? undefined : null
})
const resolve = createResolver([`127.0.0.1:${names.port}`])
const pauses: number[] = []
const pause = (ms: number) => Promise.resolve(void pauses.push(ms))
const egress = createEgress([`${GOOD}/32`], { resolve, pause })
after(async () => {
  await egress.close()
  server.close()
  names.close()
})
beforeEach(() => {
  arrived = []
  pauses.length = 0
})

const post = (host: string, egress_ = egress): Promise<string> =>
  egress_.post(`http://${host}:${port}/`, '{}', {}, { timeout_ms: 5000, livemode: false }).then(
    ({ status }) => `${status}`,
    (error: unknown) => (error instanceof EgressError ? error.reason : String(error)),
  )

// Elsewhere 127.0.0.2 is nobody's.
const skip = process.platform === 'linux' ? false : 'only Linux has all of 127.0.0.0/8'

describe('a name server that is not to be trusted', { skip }, () => {
  test('who answers in turns is asked for every connection, and leads to the good address only', async () => {
    const outcomes = []
    for (let n = 0; n < 20; n += 1) outcomes.push(await post('flip.test'))
    assert.deepEqual(outcomes.slice(0, 4), ['200', 'unreachable', '200', 'unreachable'])
    assert.deepEqual(
      arrived,
      Array.from({ length: 10 }, () => GOOD),
    )
    assert.equal(names.asked.filter((asked) => asked === 'flip.test A').length, 20)
  })

  test('control: one who asks a second time to connect is led to the bad one', async () => {
    const [first] = await resolve('flip.test')
    assert.equal(first, GOOD)
    const [second] = await resolve('flip.test')
    await fetch(`http://${second}:${port}/`, { method: 'POST', body: '{}' })
    assert.deepEqual(arrived, [BAD])
  })

  test('one bad address among good ones refuses all, of both families', async () => {
    for (const host of ['mixed.test', 'mixed6.test', 'mapped.test'])
      assert.equal(await post(host), 'unreachable', host)
    assert.deepEqual(arrived, [])
    assert.equal(pauses.length, 3)
  })

  test('a name without addresses, and one that there is not, are the same', async () => {
    for (const host of ['empty.test', 'nobody.test', `${'x'.repeat(64)}.test`])
      assert.equal(await post(host), 'unreachable', host)
    assert.equal(pauses.length, 3)
  })

  test('of many addresses three are tried', async () => {
    // Nothing listens at the first three; at the fourth there is the server.
    const from = (first: number) => Array.from({ length: 4 }, (_, n) => `127.9.0.${first + n}`)
    const lone = createServer((_request, response) => response.end('ok'))
    lone.listen(0, '127.9.0.4')
    await once(lone, 'listening')
    const url = `http://many.test:${(lone.address() as AddressInfo).port}/`
    for (const [first, outcome] of [
      [1, 'unreachable'],
      [2, '200'],
    ] as const) {
      const many = createEgress(['127.0.0.0/8'], { resolve: () => Promise.resolve(from(first)), pause })
      const said = await many.post(url, '{}', {}, { timeout_ms: 5000, livemode: false }).then(
        ({ status }) => `${status}`,
        (error: EgressError) => error.reason,
      )
      assert.equal(said, outcome)
      await many.close()
    }
    lone.close()
  })

  test('names whose server is silent do not keep the others waiting', async () => {
    const impatient = createEgress([`${GOOD}/32`], { resolve, pause, connect_ms: 500 })
    const order: string[] = []
    const waiting = Array.from({ length: 16 }, (_, n) =>
      post(`silent-${n}.test`, impatient).then((said) => order.push(said)),
    )
    await Promise.all([...waiting, post('good.test', impatient).then((said) => order.push(said))])
    assert.deepEqual(order, ['200', ...waiting.map(() => 'unreachable')])
    await impatient.close()
  })
})
