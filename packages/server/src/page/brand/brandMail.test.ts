import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { rowsDatabase } from '../../../../../test/support/rows.ts'
import type { Context } from '../../context.ts'
import type { MailRow } from '../../mails/mail.ts'
import { composeReceipt } from '../receiptMail.ts'

const { db, session, transaction, update, drop } = await rowsDatabase()
after(drop)

test('the mail of a receipt has the name, the contact and the statement of the page', async () => {
  await db.query(
    `insert into merchant_branding (merchant_id, livemode, display_name, support_email, statement_descriptor)
     values ('mer_1', false, 'Lamp & Co.', 'help@lamp.example', 'NOW ANOTHER')`,
  )
  const checkout_session_id = await session()
  const id = await transaction({
    checkout_session_id,
    state: 'captured',
    captured_at: '2026-01-01T00:10:00Z',
    payout_amount: 42_490_000n,
    customer_email: 'buyer@example.com',
    statement_descriptor: 'LAMP CO BERLIN',
  })
  await update('checkout_session', checkout_session_id, `status = 'completed', transaction_id = '${id}'`)
  const config = { public_url: 'https://pay.example' } as Context['config']
  const mail = { merchant_id: 'mer_1', livemode: false, transaction_id: id, locale: 'en' } as MailRow
  const content = await composeReceipt({ db, config }, mail)
  assert.ok(content)
  assert.deepEqual([content.from_name, content.reply_to], ['Lamp & Co.', 'help@lamp.example'])
  assert.match(content.text, /Paid to: Lamp & Co\.\n/)
  assert.match(content.text, /On your statement: LAMP CO BERLIN\n/)
})
