/** Many hands on one session at once: it is charged once or not at all, and never both charged and expired. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { assertBooks } from '../support/books.ts'
import { assertSequence, capturesOf } from '../support/judge.ts'
import { assertPaidOnce, attemptsOf, captured, countRows, heard, sessionOf } from '../support/outcome.ts'
import { api, cardToken, createSession, eventually, pay } from '../support/pay.ts'
import { paymentsOf, planFault } from '../support/simulate.ts'
import { type Gateway, type Merchant, type World, startWorld } from '../support/world.ts'

let world: World
let gateway: Gateway
let merchant: Merchant
/** Every session that ends up paid: the last test counts all the money at once. */
const paid: string[] = []
before(async () => {
  world = await startWorld()
  gateway = await world.startGateway()
  merchant = await world.createMerchant()
})
after(async () => {
  await gateway?.stop()
  await world?.stop()
})

test('ten cards at once on one session: one charge', async () => {
  const session = await createSession(world, merchant)
  const tokens = await Promise.all(Array.from({ length: 10 }, () => cardToken(world, session)))
  const answers = await Promise.all(tokens.map((token) => pay(world, session, token)))
  for (const { status, body } of answers) {
    // 409: another card has paid meanwhile.
    assert.ok(
      status === 200 || (status === 409 && body.status === 'paid'),
      `${status} ${JSON.stringify(body)}`,
    )
    assert.ok(body.status === 'paid' || body.status === 'processing', JSON.stringify(body))
  }
  await captured(world, merchant, session)
  assert.equal((await attemptsOf(world, merchant, session)).length, 1)
  const payments = await paymentsOf(world, session)
  assert.deepEqual(
    payments.map(({ entries }) => entries),
    [
      [
        ['authorize', 4999],
        ['capture', 4999],
      ],
    ],
  )
  paid.push(session)
})

test('the same request ten times, at once and later: one charge', async () => {
  const session = await createSession(world, merchant)
  const token = await cardToken(world, session)
  const answers = await Promise.all(Array.from({ length: 10 }, () => pay(world, session, token)))
  for (const { body } of answers) assert.ok(body.status === 'paid' || body.status === 'processing')
  await captured(world, merchant, session)
  assert.deepEqual(await pay(world, session, token), { status: 200, body: { status: 'paid' } })
  assert.deepEqual((await paymentsOf(world, session)).length, 1)
  paid.push(session)
})

test('the same request again after a decline is the same decline, not a second attempt', async () => {
  const session = await createSession(world, merchant)
  const token = await cardToken(world, session, '4000000000009995')
  const first = await pay(world, session, token)
  assert.deepEqual(first.body, { status: 'declined', failure_code: 'insufficient_funds' })
  for (let i = 0; i < 6; i++) assert.deepEqual(await pay(world, session, token), first)
  assert.equal((await attemptsOf(world, merchant, session)).length, 1)
  assert.equal((await sessionOf(world, merchant, session)).status, 'pending')
})

test('paying against expiring, twenty times: never both', async () => {
  const ends: string[] = []
  // From "expires well before" to "pays well before", milliseconds between the two.
  const leads = [-200, -30, -12, -8, -6, -4, -3, -2, -1, 0, 0, 1, 2, 3, 5, 8, 12, 20, 40, 200]
  for (const lead of leads) {
    const session = await createSession(world, merchant)
    const token = await cardToken(world, session)
    const [paying, expiring] = await Promise.all([
      sleep(Math.max(0, -lead)).then(() => pay(world, session, token)),
      sleep(Math.max(0, lead)).then(() => api(world, merchant, 'POST', `/v1/checkout/${session}/expire`)),
    ])
    const end = await eventually('an ended session', 20, async () => {
      const { status } = await sessionOf(world, merchant, session)
      return status === 'pending' ? null : status
    })
    ends.push(end)
    if (end === 'expired') {
      assert.deepEqual([paying.status, paying.body], [200, { status: 'expired' }])
      assert.equal(expiring.status, 200)
      assert.deepEqual(await paymentsOf(world, session), [], 'an expired session was taken to the acquirer')
      await heard(world, merchant, 'checkout.expired', ({ id }) => id === session)
    } else {
      assert.equal(end, 'completed')
      assert.deepEqual([expiring.status, expiring.body.error], [409, 'session_not_pending'])
      assert.deepEqual(await capturesOf(world, session), [4999])
      paid.push(session)
    }
  }
  assert.deepEqual([ends[0], ends.at(-1)], ['expired', 'completed'])
})

test('a session with a charge in flight cannot be expired', async () => {
  const session = await createSession(world, merchant)
  await planFault(world, 'confirm', 'delay', { delay_ms: 700 })
  const paying = pay(world, session, await cardToken(world, session))
  await eventually('the charge in flight', 10, async () => {
    const attempts = await attemptsOf(world, merchant, session)
    return attempts[0]?.status === 'pending'
  })
  const refused = await api(world, merchant, 'POST', `/v1/checkout/${session}/expire`)
  assert.deepEqual([refused.status, refused.body.error], [409, 'session_not_pending'])
  assert.match(String((await paying).body.status), /^(paid|processing)$/)
  await captured(world, merchant, session)
  paid.push(session)
})

test('a database slower than the lease: two workers record one capture and nobody sees an error', async () => {
  const session = await createSession(world, merchant)
  await planFault(world, 'capture', 'delay', { delay_ms: 500 })
  const paying = pay(world, session, await cardToken(world, session))
  await eventually('an authorised card', 10, async () => {
    const [payment] = await paymentsOf(world, session)
    return payment?.status === 'authorized'
  })
  const client = await world.database.db.pool.connect()
  try {
    await client.query('begin')
    await client.query('select from checkout_session where id = $1 for update', [session])
    // Longer than the lease of a second: the sweep takes the charge up as well.
    await sleep(2500)
  } finally {
    await client.query('rollback')
    client.release()
  }
  const { status, body } = await paying
  assert.equal(status, 200)
  assert.match(String(body.status), /^(paid|processing)$/)
  await captured(world, merchant, session)
  paid.push(session)
  await sleep(500)
  const errors = (await readFile(world.log_file, 'utf8'))
    .split('\n')
    .filter((line) => line.includes('"level":50'))
  assert.deepEqual(errors, [])
})

test('expired, paid and unknown sessions are not charged', async () => {
  const expired = await createSession(world, merchant)
  const token = await cardToken(world, expired)
  await api(world, merchant, 'POST', `/v1/checkout/${expired}/expire`)
  assert.deepEqual(await pay(world, expired, token), { status: 200, body: { status: 'expired' } })
  assert.deepEqual(await paymentsOf(world, expired), [])

  const done = await createSession(world, merchant)
  await pay(world, done, await cardToken(world, done))
  paid.push(done)
  const again = await pay(world, done, await cardToken(world, done))
  assert.deepEqual(again, {
    status: 409,
    body: { status: 'paid', receipt_url: `${world.api_url}/${done}` },
  })
  assert.equal((await paymentsOf(world, done)).length, 1)

  for (const unknown of [`cs_${'0'.repeat(26)}`, 'cs_short', 'txn_01jf2m8s5v0x3c9q6w4e7r1t2y']) {
    const { status, body } = await pay(world, unknown, token)
    assert.deepEqual([status, body.error], [404, 'not_found'])
  }
})

test("another session's token is refused and charges nobody", async () => {
  const [mine, other] = [await createSession(world, merchant), await createSession(world, merchant)]
  const stolen = await cardToken(world, other)
  const answer = await pay(world, mine, stolen)
  assert.deepEqual(answer.body, { status: 'declined', failure_code: 'processing_error' })
  const [attempt] = await attemptsOf(world, merchant, mine)
  assert.deepEqual([attempt?.status, attempt?.failure_code], ['failed', 'invalid_token'])
  assert.deepEqual(
    (await paymentsOf(world, mine)).flatMap(({ entries }) => entries),
    [],
  )
  // The token is still good where it belongs.
  assert.deepEqual((await pay(world, other, stolen)).body, { status: 'paid' })
  paid.push(other)
})

test('only our own page may pay', async () => {
  const session = await createSession(world, merchant)
  const token = await cardToken(world, session)
  const before = await countRows(world, 'transaction')
  const page = { 'content-type': 'application/json', 'x-skiro-page': '1' }
  const forged: Record<string, string>[] = [
    { 'content-type': 'application/json' },
    { ...page, 'x-skiro-page': '0' },
    { ...page, origin: 'https://evil.example' },
    { ...page, origin: 'null' },
    { ...page, origin: `${world.api_url}.evil.example` },
    { ...page, origin: world.acquirer.url },
  ]
  for (const headers of forged) {
    const { status, body } = await post(session, headers, JSON.stringify({ token }))
    assert.deepEqual([status, body.error], [403, 'forbidden'], JSON.stringify(headers))
  }
  // What a form of another site can send without asking first.
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
    const { status } = await post(session, { 'content-type': type }, JSON.stringify({ token }))
    assert.ok(status === 403 || status === 415, `${type}: ${status}`)
  }
  assert.equal(await countRows(world, 'transaction'), before)
  assert.deepEqual(await paymentsOf(world, session), [])
  const ours = await post(session, { ...page, origin: world.api_url }, JSON.stringify({ token }))
  assert.deepEqual(ours.body, { status: 'paid' })
  paid.push(session)
})

test('all of it together: each paid session once, books and sequence whole', async () => {
  await assertPaidOnce(world, merchant, paid)
  await assertBooks(world.database.db)
  await assertSequence(world, merchant)
})

async function post(session: string, headers: Record<string, string>, body: string) {
  const answer = await fetch(`${world.api_url}/${session}/pay`, { method: 'POST', headers, body })
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}
