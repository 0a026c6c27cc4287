/** The payment page as it arrives, compared with the inventory: from the gateway itself, and through a proxy that adds a script. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { createSession } from '../support/pay.ts'
import { type Gateway, type World, startWorld } from '../support/world.ts'

const PROGRAM = new URL('../../packages/server/src/main.ts', import.meta.url).pathname

let world: World
let gateway: Gateway
let proxy: Server
before(async () => {
  world = await startWorld()
  gateway = await world.startGateway()
  await createSession(world, await world.createMerchant())
  proxy = createServer((request, response) => {
    void (async () => {
      const answer = await fetch(world.api_url + (request.url ?? ''), { redirect: 'manual' })
      response.writeHead(
        answer.status,
        Object.fromEntries(
          [...answer.headers].filter(
            ([name]) => !/^(content-|transfer-|connection)/.test(name) || name === 'content-security-policy',
          ),
        ),
      )
      response.end((await answer.text()).replace('</body>', '<script>watchCards()</script></body>'))
    })()
  }).listen(0, '127.0.0.1')
})
after(async () => {
  proxy?.closeAllConnections()
  proxy?.close()
  await gateway?.stop()
  await world?.stop()
})

/** What the command says about the page at that address. */
async function checked(public_url: string): Promise<{ status: number | null; differences: string[] }> {
  const child = spawn(process.execPath, [PROGRAM, 'page', 'check', '--json'], {
    env: { ...world.env, SKIRO_PUBLIC_URL: public_url },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [said, [status]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  return { status: status as number | null, ...(JSON.parse(said) as { differences: string[] }) }
}

test('what arrives from the gateway is what it should be', async () => {
  const { status, differences } = await checked(world.api_url)
  assert.deepEqual([status, differences], [0, []])
})

test('a script that a proxy adds is found, and the command fails', async () => {
  const { port } = proxy.address() as AddressInfo
  const { status, differences } = await checked(`http://127.0.0.1:${port}`)
  assert.equal(status, 1)
  assert.match(differences.join(), /watchCards/)
})
