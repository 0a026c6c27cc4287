/** Against a real SMTP server: the sandbox's mailbox, and one that answers what the test says. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { after, before, test } from 'node:test'
import { type Mailbox, startMailbox } from '../../../../../sandbox/src/mailbox/server.ts'
import { ProviderError } from '../../../lib/errors.ts'
import { Secret } from '../../../lib/secrets.ts'
import type { Mail } from '../../mailer.ts'
import { createSmtpMailer, type SmtpOptions } from './index.ts'

let mailbox: Mailbox
before(async () => {
  mailbox = await startMailbox({ host: '127.0.0.1', port: 0, smtp_port: 0, file: null })
})
after(() => mailbox.close())

const MAIL: Mail = {
  message_id: 'mail_01@pay.example',
  date: new Date('2026-11-22T13:59:07.000Z'),
  from_name: 'Northwind Coffee',
  to: 'buyer@example.com',
  reply_to: 'help@northwind.example',
  subject: 'Your receipt',
  text: 'Paid.\n.\nA line that is one dot ends no mail.\n',
  html: '<p>Paid.</p>',
  language: 'en',
}

function open(url: string, auth: SmtpOptions['auth'] = null) {
  const { hostname, port } = new URL(url)
  return createSmtpMailer({ host: hostname, port: Number(port), tls: false, auth, from: 'pay@pay.example' })
}
const soon = () => AbortSignal.timeout(20_000)

test('a mail arrives as it was meant, and a second try is the same to the byte', async () => {
  const mailer = open(mailbox.smtp_url)
  await mailer.send(MAIL, soon())
  await mailer.send(MAIL, soon())
  const [second, first] = mailbox.mails()
  assert.ok(first && second)
  assert.deepEqual(first.envelope, { from: 'pay@pay.example', to: ['buyer@example.com'] })
  assert.deepEqual(first.from, { name: 'Northwind Coffee', address: 'pay@pay.example' })
  assert.equal(first.reply_to, 'help@northwind.example')
  assert.equal(first.message_id, '<mail_01@pay.example>')
  assert.match(first.text, /^Paid\.\n\.\nA line that is one dot/)
  const header = (name: string) => first.headers.find((one) => one.name === name)?.value
  assert.equal(header('Auto-Submitted'), 'auto-generated')
  assert.equal(header('Content-Language'), 'en')
  assert.equal(header('Date'), 'Sun, 22 Nov 2026 13:59:07 +0000')
  const { id: _, received_at: __, ...one } = first
  const { id: ___, received_at: ____, ...other } = second
  assert.deepEqual(one, other)
})

test('no value adds a header or a reader', async () => {
  const evil = 'Shop\r\nBcc: victim@example.com\r\n\r\n<h1>body</h1>'
  for (const change of [
    { from_name: evil },
    { subject: evil },
    { from_name: 'a@evil.example, "x" <b@evil.example>' },
    { subject: '=?utf-8?Q?=0D=0ABcc:_victim@example.com?=' },
    { from_name: 'Käse\u202e\u2066 GmbH', subject: 'إيصالك من Käse' },
  ]) {
    await open(mailbox.smtp_url).send({ ...MAIL, ...change }, soon())
    const [letter] = mailbox.mails()
    assert.deepEqual(letter?.envelope.to, ['buyer@example.com'])
    assert.equal(letter.from.address, 'pay@pay.example')
    assert.deepEqual(letter.headers.map(({ name }) => name).toSorted(), [
      ...['Auto-Submitted', 'Content-Language', 'Content-Type', 'Date', 'From', 'MIME-Version', 'Message-ID'],
      ...['Reply-To', 'Subject', 'To', 'X-Auto-Response-Suppress'],
    ])
  }
})

/** A mail server that answers each command as `replies` says, and everything else kindly. Null cuts the connection. */
async function scripted(replies: Record<string, string | null>) {
  const heard: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    let data = false
    let rest = ''
    const say = (key: string, kind: string) => {
      const reply = key in replies ? replies[key] : kind
      if (reply === null) socket.destroy()
      else socket.write(`${reply}\r\n`)
    }
    say('CONNECT', '220 test')
    socket.on('data', (chunk: Buffer) => {
      rest += chunk.toString('latin1')
      for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end)
        rest = rest.slice(end + 2)
        heard.push(line)
        if (data && line !== '.') continue
        if (line === '.') {
          data = false
          say('.', '250 taken')
        } else if (/^DATA/i.test(line)) {
          data = !('DATA' in replies)
          say('DATA', '354 go on')
        } else say(line.split(/[ :]/)[0]?.toUpperCase() ?? '', '250 ok')
      }
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    url: `smtp://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    heard,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

const OUTCOMES: [kind: ProviderError['kind'], replies: Record<string, string | null>][] = [
  ['unavailable', { CONNECT: '554 not now' }],
  ['unavailable', { MAIL: '550 who are you' }],
  ['unavailable', { RCPT: '450 busy' }],
  ['refused', { RCPT: '550 5.1.1 <buyer@example.com> no such user' }],
  ['unavailable', { DATA: '451 later' }],
  ['refused', { '.': '554 5.7.1 looks like spam' }],
  ['unavailable', { '.': '451 4.3.0 disk full' }],
  ['unknown', { '.': null }],
]

for (const [kind, replies] of OUTCOMES) {
  test(`${JSON.stringify(replies)} is ${kind}, and the log's words quote nobody`, async () => {
    await using server = await scripted(replies)
    await assert.rejects(open(server.url).send(MAIL, soon()), (error: ProviderError) => {
      assert.ok(error instanceof ProviderError, String(error))
      assert.equal(error.kind, kind, error.message)
      assert.doesNotMatch(error.message, /buyer|user|spam/)
      return true
    })
  })
}

test('nobody at the port is unavailable; a server that hangs is cut off by the deadline', async () => {
  await assert.rejects(open('smtp://127.0.0.1:9').send(MAIL, soon()), { kind: 'unavailable' })
  await using server = await scripted({ EHLO: '250-hang' })
  await assert.rejects(open(server.url).send(MAIL, AbortSignal.timeout(300)), { kind: 'unknown' })
})

test('a password is not sent in the clear to another machine, nor shown by an error', async () => {
  await using server = await scripted({
    EHLO: '250-test\r\n250 AUTH PLAIN LOGIN',
    AUTH: '535 no',
    STARTTLS: '454 no',
  })
  const { port } = new URL(server.url)
  const auth = { user: 'mailer', password: new Secret('correct horse') }
  const options = { port: Number(port), tls: false, auth, from: 'pay@pay.example' }
  // Not 127.0.0.1 by name: as far as this side knows, it is another machine.
  const elsewhere = createSmtpMailer({ ...options, host: '[::ffff:127.0.0.1]'.slice(1, -1) })
  await assert.rejects(elsewhere.send(MAIL, soon()), (error: ProviderError) => error.kind === 'unavailable')
  assert.ok(server.heard.length > 0, 'it was reached')
  assert.equal(
    server.heard.some((line) => /^AUTH/i.test(line)),
    false,
  )

  // The control: to this machine itself it is.
  const here = createSmtpMailer({ ...options, host: '127.0.0.1' })
  await assert.rejects(here.send(MAIL, soon()), (error: ProviderError) => {
    assert.doesNotMatch(`${error.stack} ${String(error.cause)} ${JSON.stringify(error)}`, /correct horse/)
    return error.kind === 'unavailable'
  })
  assert.equal(
    server.heard.some((line) => /^AUTH/i.test(line)),
    true,
  )
})

test('check says whether mails would be taken', async () => {
  await open(mailbox.smtp_url).check(soon())
  await assert.rejects(open('smtp://127.0.0.1:9').check(soon()), { kind: 'unavailable' })
})
