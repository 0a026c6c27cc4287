import { test } from 'node:test'
import { exchange } from './exchange.ts'
import { fuzzTarget } from './target.ts'
test('x', async () => {
  const { target, close } = await fuzzTarget()
  const HEAD = 'POST /v1/checkout HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n'
  const go = async (name: string, text: string) => {
    const o = await exchange(target.port, [Buffer.from(text)], { timeout_ms: 130_000 })
    console.log(name, o.closed, o.ms, o.answers.map((a) => [a.status, a.headers.get('connection'), a.body.slice(0, 60)]))
  }
  await Promise.all([
    go('no key', `${HEAD}\r\n{"a`),
    go('key', `${HEAD}Authorization: Bearer ${target.scene.key}\r\n\r\n{"a`),
    go('404', `${HEAD.replace('/v1/checkout', '/v1/nothing')}\r\n{"a`),
    go('405', `${HEAD.replace('POST /v1/checkout', 'PUT /v1/merchant')}\r\n{"a`),
    go('GET', `${HEAD.replace('POST /v1/checkout', 'GET /healthz')}\r\n{"a`),
  ])
  await close()
})
