/**
 * The payment page as it arrives, compared with the inventory: from the gateway itself, and through a proxy that adds a
 * script. And what a browser says that got a page with a script more.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { after, before, test } from 'node:test'
import { openBrowser } from '../support/browser.ts'
import { createSession } from '../support/pay.ts'
import { type Gateway, type World, startWorld } from '../support/world.ts'

const PROGRAM = new URL('../../packages/server/src/main.ts', import.meta.url).pathname

let world: World
let gateway: Gateway
let proxy: Server
let url: string
before(async () => {
  world = await startWorld()
  gateway = await world.startGateway()
  url = `${world.api_url}/${await createSession(world, await world.createMerchant())}`
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

type Said<Answer> = { status: number | null } & Answer

/** What a command of the operator answers, with the gateway at that address. */
async function run<Answer>(args: readonly string[], public_url = world.api_url): Promise<Said<Answer>> {
  const child = spawn(process.execPath, [PROGRAM, ...args, '--json'], {
    env: { ...world.env, SKIRO_PUBLIC_URL: public_url },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [said, [status]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  return { status: status as number | null, ...(JSON.parse(said) as Answer) }
}

const checked = async (public_url: string) =>
  await run<{ differences: string[] }>(['page', 'check'], public_url)
const reported = async () =>
  await run<{ data: { directive: string; blocked: string; source: string; times: number }[] }>([
    'page',
    'reports',
  ])

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

test('a script that somebody adds does not run, and the browser of the customer tells us', async () => {
  const browser = await openBrowser()
  try {
    const page = await browser.newPage()
    await page.goto(url)
    await page.locator('#pay:enabled').waitFor()
    await page.route(url, async (route) => {
      const answer = await route.fetch()
      const added =
        '<script>window.stolen = true</script><script src="https://evil.example/a.js?c=1"></script>'
      await route.fulfill({
        response: answer,
        body: (await answer.text()).replace('</body>', `${added}</body>`),
      })
    })
    await page.goto(url)
    assert.equal(await page.evaluate('window.stolen'), undefined)
    let found = await reported()
    for (let tries = 0; found.data.length < 2 && tries < 60; tries++) {
      await sleep(500)
      found = await reported()
    }
    const kinds = found.data.map(({ directive, blocked, source }) => `${directive} ${blocked} ${source}`)
    assert.deepEqual(
      new Set(kinds),
      new Set(['script-src-elem https://evil.example ', 'script-src-elem inline page']),
    )
    assert.doesNotMatch(JSON.stringify(found), /cs_|a\.js/, 'whose page it was, and paths')
  } finally {
    await browser.close()
  }
})

test('what is no report is refused, and a page of somebody else counts nothing', async () => {
  const post = async (body: unknown, type = 'application/reports+json') =>
    (
      await fetch(`${world.api_url}/_page/reports`, {
        method: 'POST',
        headers: { 'content-type': type },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      })
    ).status
  const before = (await reported()).data
  const body = {
    documentURL: 'https://elsewhere.example/cs_1',
    blockedURL: 'inline',
    effectiveDirective: 'img-src',
  }
  assert.deepEqual(
    [
      await post([{ type: 'csp-violation', body }]),
      await post('{'),
      await post({ hello: 1 }),
      await post([{ type: 'csp-violation', body }], 'text/plain'),
      await post('x'.repeat(40_000)),
    ],
    [204, 400, 400, 415, 413],
  )
  assert.deepEqual((await reported()).data, before)
})
