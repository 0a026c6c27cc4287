import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { startMailbox } from '../../../../sandbox/src/mailbox/server.ts'
import { gatewayContext } from '../../../../../test/support/gatewayContext.ts'
import { readConfig } from '../../config.ts'
import type { Patient } from './check.ts'
import { mail } from './mailCheck.ts'

const mailbox = await startMailbox({ host: '127.0.0.1', port: 0, smtp_port: 0, file: null })
const { ctx, close } = await gatewayContext()
after(async () => {
  await close()
  await mailbox.close()
})

function patient(url: string | null): Patient {
  const { mail } = readConfig({
    SKIRO_DATABASE_URL: 'postgres://127.0.0.1/x',
    SKIRO_PUBLIC_URL: 'https://pay.example',
    SKIRO_KEY_ENCRYPTION_KEY: Buffer.alloc(32).toString('base64'),
    ...(url !== null && { SKIRO_SMTP_URL: url, SKIRO_MAIL_FROM: 'receipts@pay.example' }),
  })
  return {
    ctx: { ...ctx, config: { ...ctx.config, mail } },
    online: true,
    server: () => Promise.reject(new Error('not asked')),
  }
}

test('a mail server that takes us in, one that is not there, and none at all', async () => {
  const [well, ...others] = await mail.run(patient(mailbox.smtp_url))
  assert.deepEqual([well?.verdict, others.length], ['ok', 0])
  assert.equal(mailbox.mails().length, 0)

  const [ill] = await mail.run(patient('smtp://mailer:hunter2@127.0.0.1:9'))
  assert.equal(ill?.verdict, 'warn')
  assert.equal(ill?.message, '127.0.0.1:9 takes no mails from us: smtp ESOCKET ECONNREFUSED CONN.')

  assert.deepEqual(mail.lines?.(patient(null)), [])
  assert.deepEqual(await mail.run(patient(null)), [])
})
