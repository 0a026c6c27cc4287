import assert from 'node:assert/strict'
import { mkdtemp, rm, appendFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createSmtpMailer } from '../../../server/src/adapters/mailers/smtp/index.ts'
import { type Mailbox, startMailbox } from './server.ts'

let folder: string
let file: string
let mailbox: Mailbox
const SHOP = 'http://127.0.0.1:3000'
const open = () => startMailbox({ host: '127.0.0.1', port: 0, smtp_port: 0, file, shop_url: SHOP })
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'skiro-mailbox-'))
  file = join(folder, 'mails.jsonl')
  mailbox = await open()
})
after(async () => {
  await mailbox.close()
  await rm(folder, { recursive: true })
})

async function send(html: string, subject = 'Ihre Quittung – Käse & Söhne'): Promise<void> {
  const port = Number(new URL(mailbox.smtp_url).port)
  const mailer = createSmtpMailer({
    ...{ host: '127.0.0.1', port, tls: false, auth: null, from: 'receipts@pay.example' },
  })
  await mailer.send(
    {
      message_id: 'mail_1@pay.example',
      date: new Date('2026-11-22T13:59:07.000Z'),
      from_name: 'Käse & Söhne',
      to: 'buyer@example.com',
      reply_to: 'help@shop.example',
      subject,
      text: `Paid. See it online:\nhttps://pay.example/cs_1?locale=de\n\u2068<b>not bold</b>\u2069`,
      html,
      language: 'de',
    },
    AbortSignal.timeout(10_000),
  )
}

test('a mail is kept as it came, over a restart, and told as JSON', async () => {
  await send('<p>Bezahlt: 49,99 €</p>')
  const [first] = mailbox.mails()
  assert.ok(first)
  assert.deepEqual(first.envelope, { from: 'receipts@pay.example', to: ['buyer@example.com'] })
  assert.deepEqual(first.from, { name: 'Käse & Söhne', address: 'receipts@pay.example' })
  assert.equal(first.subject, 'Ihre Quittung – Käse & Söhne')
  assert.equal(first.reply_to, 'help@shop.example')
  assert.equal(first.message_id, '<mail_1@pay.example>')
  assert.match(first.html ?? '', /49,99 €/)
  // What a crash in the middle of a line leaves behind.
  await appendFile(file, '{"id":"half')
  await mailbox.close()
  mailbox = await open()
  const { mails } = (await (await fetch(`${mailbox.url}/api/mails`)).json()) as { mails: unknown[] }
  assert.deepEqual(mails, [first])
})

test('nothing in a mail can run: its text is escaped, its HTML is served apart and sandboxed', async () => {
  const attack = '<script>top.location="https://evil.example"</script><img src="https://evil.example/track">'
  await send(`<!doctype html><html><head></head><body>${attack}</body></html>`, '<script>alert(1)</script>')
  const [letter] = mailbox.mails()
  const list = await fetch(mailbox.url)
  const page = await fetch(`${mailbox.url}/mails/${letter?.id}`)
  for (const answer of [list, page]) {
    const text = await answer.text()
    assert.doesNotMatch(text, /<script|<img|<b>not bold/)
    assert.match(text, /&lt;script&gt;alert\(1\)/)
    assert.match(answer.headers.get('content-security-policy') ?? '', /default-src 'none'/)
    assert.match(text, new RegExp(`<a href="${SHOP}">`))
    if (answer === page) {
      assert.match(text, /sandbox="allow-popups allow-popups-to-escape-sandbox"/)
      assert.match(text, /<a href="https:\/\/pay.example\/cs_1\?locale=de"/)
    }
  }
  const framed = await fetch(`${mailbox.url}/mails/${letter?.id}/html`)
  const policy = framed.headers.get('content-security-policy') ?? ''
  assert.match(policy, /default-src 'none'/)
  assert.match(policy, /sandbox allow-popups/)
  assert.doesNotMatch(policy, /allow-scripts|allow-same-origin|script-src/)
  assert.equal((await fetch(`${mailbox.url}/mails/nothing`)).status, 404)
})
