import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { test } from 'node:test'
import { ConfigError, readConfig } from '../config.ts'

const BASE = {
  SKIRO_DATABASE_URL: 'postgres://127.0.0.1/x',
  SKIRO_PUBLIC_URL: 'https://pay.example',
  SKIRO_KEY_ENCRYPTION_KEY: Buffer.alloc(32, 1).toString('base64'),
}
const read = (mail: Record<string, string>) => readConfig({ ...BASE, ...mail }).mail
const problems = (mail: Record<string, string>): string => {
  try {
    read(mail)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.join('\n')
    throw error
  }
  return ''
}
const from = { SKIRO_MAIL_FROM: 'receipts@pay.example' }

test('without a mail server there are no mails; with one, receipts are on', () => {
  assert.equal(read({}), null)
  assert.equal(read(from), null)
  const mail = read({ ...from, SKIRO_SMTP_URL: 'smtp://mail.example' })
  assert.deepEqual(mail, {
    ...{ host: 'mail.example', port: 25, tls: false, auth: null },
    ...{ from: 'receipts@pay.example', receipts: true },
  })
  const off = read({ ...from, SKIRO_SMTP_URL: 'smtps://[::1]', SKIRO_RECEIPT_MAILS: 'off' })
  assert.deepEqual([off?.port, off?.tls, off?.host, off?.receipts], [465, true, '::1', false])
})

test('user and password are decoded, and the password shows itself nowhere', () => {
  const mail = read({ ...from, SKIRO_SMTP_URL: 'smtp://shop%40x.example:p%3Aass%2Fw%25@mail.example:587' })
  assert.deepEqual([mail?.auth?.user, mail?.auth?.password.reveal()], ['shop@x.example', 'p:ass/w%'])
  assert.doesNotMatch(inspect(mail, { depth: 9 }) + JSON.stringify(mail), /p:ass/)
})

test('what cannot be right is refused by name, without being shown', () => {
  for (const url of [
    ...['mail.example:587', 'https://secret@mail.example', 'smtp://', 'smtp://secret@mail.example'],
    ...['smtp://u:secret@mail.example/path', 'smtp://u:secret@mail.example?tls.rejectUnauthorized=false'],
    ...['smtp://u:secret%@mail.example', 'smtp://u:secret@mail.example:99999', ''],
  ]) {
    const said = problems({ ...from, SKIRO_SMTP_URL: url })
    assert.match(said, /^SKIRO_SMTP_URL: /, url)
    assert.doesNotMatch(said, /secret/, url)
  }
  const server = { SKIRO_SMTP_URL: 'smtp://mail.example' }
  assert.match(problems(server), /^SKIRO_MAIL_FROM: is not set/)
  for (const address of ['Shop <a@b.example>', 'a@b.example, c@d.example', 'a', 'a@b.example\r\nBcc: x@y.z'])
    assert.match(problems({ ...server, SKIRO_MAIL_FROM: address }), /^SKIRO_MAIL_FROM: /, address)
  assert.match(problems({ ...server, ...from, SKIRO_RECEIPT_MAILS: 'yes' }), /^SKIRO_RECEIPT_MAILS: /)
})
