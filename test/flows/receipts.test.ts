/** A payment's receipt from the page and by mail, with the gateway as a process of its own and a real mail server. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { type Mailbox, startMailbox } from '../../packages/sandbox/src/mailbox/server.ts'
import { TEXTS } from '../../packages/server/src/page/locale.ts'
import { cardToken, createSession, eventually } from '../support/pay.ts'
import { type Gateway, type Merchant, startWorld, type World } from '../support/world.ts'

const PASSWORD = 'hunter2-of-the-mail-server'

let world: World
let mailbox: Mailbox
let gateway: Gateway | null = null
let merchant: Merchant
before(async () => {
  ;[world, mailbox] = await Promise.all([
    startWorld(),
    startMailbox({ host: '127.0.0.1', port: 0, smtp_port: 0, file: null }),
  ])
  merchant = await world.createMerchant()
})
after(async () => {
  await gateway?.stop()
  await world?.stop()
  await mailbox?.close()
})

const startGateway = (extra: Record<string, string> = {}) =>
  world.startGateway({
    SKIRO_SMTP_URL: mailbox.smtp_url.replace('//', `//mailer:${PASSWORD}@`),
    SKIRO_MAIL_FROM: 'receipts@pay.example',
    // Longer than a slow machine takes for an answer.
    SKIRO_LEASE_SECONDS: '40',
    ...extra,
  })

const post = (path: string, body?: unknown, headers: Record<string, string> = { 'x-skiro-page': '1' }) =>
  fetch(world.api_url + path, {
    method: 'POST',
    headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })

async function payAs(email: string, locale: string, input: Record<string, unknown> = {}) {
  const session = await createSession(world, merchant, input)
  const token = await cardToken(world, session)
  const paid = post(`/${session}/pay?locale=${locale}`, { token, customer_email: email })
  return { session, paid }
}
const mailsTo = (address: string) => mailbox.mails().filter(({ envelope }) => envelope.to.includes(address))
const arrived = (address: string, count: number) =>
  eventually(`${count} mails to ${address}`, 20, async () => {
    // A mail is accepted a moment before that is written down, and until then another press is the same mail.
    const { rows } = await world.database.db.query<{ open: number }>(
      `select count(*)::int open from mail where address = $1 and state = 'pending'`,
      [address],
    )
    return mailsTo(address).length >= count && rows[0]?.open === 0 ? mailsTo(address) : null
  })

test('killed between sending and writing it down: sent again under the same Message-ID, then never more', async () => {
  const email = 'twice@buyer.example'
  const doomed = await startGateway({ SKIRO_FAILPOINT: 'mail.sent' })
  const { paid } = await payAs(email, 'en')
  void paid.catch(() => null)
  assert.equal(await doomed.exited, 'SIGKILL', 'the gateway was to die at the failpoint')
  assert.equal(mailsTo(email).length, 1)
  await world.database.db.query(
    `update mail set lease_until = now(), wake_at = now() where address = $1 and state = 'pending'`,
    [email],
  )

  gateway = await startGateway()
  const [second, first, ...others] = await arrived(email, 2)
  assert.equal(others.length, 0)
  assert.ok(first && second)
  const { id: _, received_at: __, ...one } = first
  const { id: ___, received_at: ____, ...other } = second
  assert.deepEqual(one, other, 'the second copy is the same to the byte')
  const { rows } = await world.database.db.query('select state, tries from mail where address = $1', [email])
  assert.deepEqual(rows, [{ state: 'sent', tries: 2 }])
})

test('who pays gets one mail in the language of the page, and up to two more for pressing a button', async () => {
  const email = 'layla@buyer.example'
  const { session, paid } = await payAs(email, 'ar', { description: 'دفتر ميداني' })
  assert.deepEqual(await (await paid).json(), { status: 'paid' })
  const [first] = await arrived(email, 1)
  assert.ok(first)
  const language = first.headers.find(({ name }) => name === 'Content-Language')
  assert.equal(language?.value, 'ar')
  assert.match(first.html ?? '', /<html lang="ar" dir="rtl">/)
  assert.equal(first.from.name, 'Test & Söhne')
  assert.equal(first.reply_to, 'owner@example.com')
  const link = `${world.api_url}/${session}?receipt&locale=ar`
  assert.ok(first.text.includes(link))
  for (const part of [first.text, first.html ?? '']) assert.match(part, /دفتر ميداني/)

  const page = await (await fetch(link)).text()
  assert.ok(page.includes(`<h1 tabindex="-1">${TEXTS.ar.receipt.heading}</h1>`))
  const bare = await (await fetch(`${world.api_url}/${session}?locale=ar`)).text()
  assert.ok(bare.includes(`<h1 tabindex="-1">${TEXTS.ar.already_paid.heading}</h1>`))
  for (const part of [
    email,
    'ORD-1',
    'دفتر ميداني',
    'SKIRO',
    'id="send-receipt"',
    'id="print"',
    world.api_url,
  ])
    assert.ok(page.includes(part), part)

  for (const [headers, name] of [
    [{}, 'without the header of our page'],
    [{ 'x-skiro-page': '1', origin: 'https://evil.example' }, 'from another site'],
  ] as const)
    assert.equal((await post(`/${session}/receipt`, undefined, headers)).status, 403, name)
  const to_stranger = await post(`/${session}/receipt`, { email: 'victim@stranger.example' })
  assert.equal(to_stranger.status, 400)

  for (const [count, again] of [
    [2, true],
    [3, false],
  ] as const) {
    const answer = await post(`/${session}/receipt?locale=de`)
    assert.deepEqual([answer.status, await answer.json()], [200, { status: 'sent', again }])
    assert.equal(answer.headers.get('cache-control'), 'no-store')
    const mails = await arrived(email, count)
    assert.deepEqual(
      [mails.length, mails[0]?.subject],
      [count, `${TEXTS.de.test_badge} · ${TEXTS.de.mail.subject.replace('{shop}', 'Test & Söhne')}`],
    )
  }
  const fourth = await post(`/${session}/receipt`)
  assert.equal(fourth.status, 429)
  assert.match(await fourth.text(), /"error":"rate_limited"/)
  assert.doesNotMatch(await (await fetch(link)).text(), /id="send-receipt"/)
  assert.deepEqual(mailsTo('victim@stranger.example'), [])

  const open = await createSession(world, merchant, { customer_email: email })
  for (const path of [`/${open}/receipt`, '/cs_00000000000000000000000000/receipt'])
    assert.equal((await post(path)).status, 404, path)
  assert.equal(mailsTo(email).length, 3)
})

test('who gave no address can say one afterwards, and only one', async () => {
  const { session, paid } = await payAs('', 'en')
  assert.deepEqual(await (await paid).json(), { status: 'paid' })
  const page = async () => await (await fetch(`${world.api_url}/${session}`)).text()
  assert.match(await page(), /id="receipt-email"/)
  assert.equal((await post(`/${session}/receipt`)).status, 400)
  for (const email of ['', 'no address', 'a@b.example\r\nBcc: c@d.example', 'a@b.example, c@d.example'])
    assert.equal((await post(`/${session}/receipt`, { email })).status, 400, email)
  const email = 'late@buyer.example'
  const foreign = { 'x-skiro-page': '1', origin: 'https://evil.example' }
  assert.equal((await post(`/${session}/receipt`, { email }, foreign)).status, 403)
  assert.equal((await post(`/${session}/receipt`, { email })).status, 200)
  const [mail] = await arrived(email, 1)
  assert.ok(mail?.text.includes(email))
  assert.equal((await post(`/${session}/receipt`, { email: 'victim@stranger.example' })).status, 400)
  assert.equal((await post(`/${session}/receipt`)).status, 200)
  await arrived(email, 2)
  const shown = await page()
  assert.ok(shown.includes(email) && !shown.includes('id="receipt-email"'))
  assert.deepEqual(mailsTo('victim@stranger.example'), [])
})

test('no log line has the password of the mail server, or an address', async () => {
  const log = await readFile(world.log_file, 'utf8')
  assert.match(log, /"msg":"mail sent"/)
  assert.doesNotMatch(log, new RegExp(`${PASSWORD}|buyer\\.example`))
})
