/** What the hosted page hears while it waits, and the time it can ask for, against the real gateway. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { inTransaction } from '../../packages/server/src/db/sql.ts'
import { answerBank } from '../support/bank.ts'
import { api, cardToken, createSession, eventually, pay } from '../support/pay.ts'
import { type Gateway, type Merchant, type World, startWorld } from '../support/world.ts'

type Told = { status: string; webhook_accepted: boolean; expires_at: string }

let world: World
let gateway: Gateway
let merchant: Merchant
before(async () => {
  world = await startWorld()
  gateway = await world.startGateway()
  merchant = await world.createMerchant()
})
after(async () => {
  await gateway?.stop()
  await world?.stop()
})

/** Listens to a session's stream as a browser does. */
async function listen(session: string) {
  const closing = new AbortController()
  const answer = await fetch(`${world.api_url}/${session}/live`, { signal: closing.signal })
  const told: Told[] = []
  const ended = (async () => {
    let text = ''
    for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk
      const parts = text.split('\n\n')
      text = parts.pop() ?? ''
      for (const part of parts) {
        const data = /^event: status\ndata: (.*)$/.exec(part)?.[1]
        if (data !== undefined) told.push(JSON.parse(data) as Told)
      }
    }
  })().catch(() => {})
  return { answer, told, ended, stop: () => closing.abort() }
}

test('a page hears of every step of its session, once, and of no other session', async () => {
  const session = await createSession(world, merchant)
  const stranger = await listen(await createSession(world, merchant))
  const page = await listen(session)
  assert.equal(page.answer.headers.get('content-type'), 'text/event-stream; charset=utf-8')
  assert.equal(page.answer.headers.get('x-accel-buffering'), 'no')
  await eventually('the first status', 10, async () => page.told.length === 1)
  const { body } = await pay(world, session, await cardToken(world, session, '4000000000003220'))
  await eventually('the question', 10, async () => page.told.at(-1)?.status === 'authenticate')
  await answerBank((body.action as { url: string }).url, 'authorise')
  await eventually('the accepted webhook', 30, async () => page.told.at(-1)?.webhook_accepted)
  const steps = page.told.map(({ status, webhook_accepted }) => `${status} ${webhook_accepted}`)
  assert.deepEqual([...new Set(steps)], steps, 'nothing is told twice')
  assert.equal(steps[0], 'open false')
  assert.equal(steps.at(-1), 'paid true')
  assert.deepEqual(
    stranger.told.map(({ status }) => status),
    ['open'],
  )
  page.stop()
  stranger.stop()
})

test('an expiry by the merchant reaches the page; an unknown session has no stream', async () => {
  const session = await createSession(world, merchant)
  const page = await listen(session)
  await eventually('the first status', 10, async () => page.told.length === 1)
  await api(world, merchant, 'POST', `/v1/checkout/${session}/expire`)
  await eventually('the end', 10, async () => page.told.at(-1)?.status === 'expired')
  page.stop()
  const unknown = await fetch(`${world.api_url}/cs_00000000000000000000000000/live`)
  assert.equal(unknown.status, 404)
  await unknown.body?.cancel()
})

test('one session has eight streams at most; a closed one makes room', async () => {
  const session = await createSession(world, merchant)
  const pages = []
  for (let count = 0; count < 8; count++) pages.push(await listen(session))
  const ninth = await listen(session)
  assert.equal(ninth.answer.status, 503)
  pages[0]?.stop()
  const again = await eventually('room', 10, async () => {
    const page = await listen(session)
    return page.answer.status === 200 && page
  })
  for (const page of [...pages, again]) page.stop()
})

test('more time is given near the end only, from our own page, ten times', async () => {
  const ask = async (session: string, headers: Record<string, string> = { 'x-skiro-page': '1' }) => {
    const answer = await fetch(`${world.api_url}/${session}/more-time`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: '{}',
    })
    return { status: answer.status, body: (await answer.json()) as Told }
  }
  const end = async (session: string) =>
    Date.parse(String((await api(world, merchant, 'GET', `/v1/checkout/${session}`)).body.expires_at))

  const early = await createSession(world, merchant)
  const planned = await end(early)
  assert.equal((await ask(early)).status, 200)
  assert.equal(await end(early), planned, 'an hour is left')

  const short = await createSession(world, merchant, { expires_in: 300 })
  assert.equal((await ask(short, {})).status, 403)
  const last = await end(short)
  for (let times = 1; times <= 10; times++) {
    const { body } = await ask(short)
    assert.equal(Date.parse(body.expires_at), last + 600_000)
    // Time passes: the end is near again.
    await inTransaction(world.database.db, async (tx) => {
      await tx.query(`set local session_replication_role = 'replica'`)
      await tx.query('update checkout_session set expires_at = $2 where id = $1', [short, new Date(last)])
    })
  }
  await ask(short)
  assert.equal(await end(short), last, 'the eleventh time')
})

test('the panel of test mode expires a session for its developer', async () => {
  const session = await createSession(world, merchant)
  const expire = (headers: Record<string, string>) =>
    fetch(`${world.api_url}/${session}/test-expire`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: '{}',
    })
  assert.equal((await expire({})).status, 403)
  assert.deepEqual(await (await expire({ 'x-skiro-page': '1' })).json(), { status: 'expired' })
  assert.equal((await api(world, merchant, 'GET', `/v1/checkout/${session}`)).body.status, 'expired')
  assert.equal((await expire({ 'x-skiro-page': '1' })).status, 409)
})
