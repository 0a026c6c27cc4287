/** Mails as rows: who may get one, how often, and that each goes out once. The mail server is the sandbox's. */
import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { type Mailbox, startMailbox } from '../../../sandbox/src/mailbox/server.ts'
import { freePort } from '../../../sandbox/src/ports.ts'
import { gatewayContext } from '../../../../test/support/gatewayContext.ts'
import { eventually } from '../../../../test/support/pay.ts'
import { BROKEN_RULE, FIXED, NO_SUCH_ROW, rowsDatabase, TAKEN } from '../../../../test/support/rows.ts'
import { createMailer } from '../adapters/registry.ts'
import type { Context } from '../context.ts'
import { inTransaction } from '../db/sql.ts'
import { mailPorts } from '../wiring.ts'
import { askReceipt, canAskReceipt } from './askReceipt.ts'
import { type MailRow, mailPauseMs } from './mail.ts'
import { oweReceipt, type Payment } from './oweReceipt.ts'
import type { Paid } from './receiptAddress.ts'
import { startSender } from './sender.ts'
import { sendMail } from './sendMail.ts'

const rows = await rowsDatabase()
const { db } = rows
const smtp_port = await freePort('127.0.0.1')
const MAIL = { SKIRO_SMTP_URL: `smtp://127.0.0.1:${smtp_port}`, SKIRO_MAIL_FROM: 'receipts@pay.example' }
// A long lease: a machine under load must not take a slow answer for none.
const SOON = { SKIRO_SWEEP_MS: '50', SKIRO_LEASE_SECONDS: '40' }
// A mail that was tried waits for 10 s; tests do not.
const hurry = () => db.query(`update mail set wake_at = now() where state = 'pending' and wake_at > now()`)

let gateway: Awaited<ReturnType<typeof gatewayContext>>
let ctx: Context
before(async () => {
  gateway = await gatewayContext({ ...MAIL, ...SOON }, rows.database)
  ctx = gateway.ctx
})
after(() => gateway.close())

async function payment(change: Record<string, unknown> = {}): Promise<Paid> {
  const transaction = await rows.transaction({
    state: 'captured',
    payout_amount: 42_490_000n,
    captured_at: '2026-11-22T13:59:07Z',
    customer_email: 'buyer@example.com',
    customer_locale: 'de',
    card_brand: 'visa',
    card_last_four: '4242',
    ...change,
  })
  await db.query(
    `update checkout_session set status = 'completed', transaction_id = $1
     where id = (select checkout_session_id from transaction where id = $1)`,
    [transaction],
  )
  return {
    ...{ merchant_id: 'mer_1', livemode: false, id: transaction, customer_locale: 'de' },
    customer_email: 'buyer@example.com',
    captured_at: new Date(),
    created_at: new Date(),
    ...change,
  }
}

const mailsOf = async ({ id }: Payment) =>
  (
    await db.query<{
      number: number
      state: string
      address: string
      locale: string
      tries: number
      reason: string | null
    }>(
      'select number, state, address, locale, tries, reason from mail where transaction_id = $1 order by number',
      [id],
    )
  ).rows
const settle = (paid: Payment, state = 'sent') =>
  db.query(`update mail set state = $2, ended_at = now() where transaction_id = $1 and state = 'pending'`, [
    paid.id,
    state,
  ])

describe('the mail after a capture', () => {
  const owe = (paid: Payment, config = ctx.config) =>
    inTransaction(ctx.db, (tx) => oweReceipt({ config }, tx, paid))

  test('is owed if and only if the capture is committed, in the language of the page', async () => {
    const paid = await payment()
    const lost = inTransaction(ctx.db, async (tx) => {
      await oweReceipt(ctx, tx, paid)
      throw new Error('lost')
    })
    await assert.rejects(lost, /lost/)
    assert.deepEqual(await mailsOf(paid), [])
    await owe(paid)
    assert.deepEqual(await mailsOf(paid), [
      { number: 1, state: 'pending', address: 'buyer@example.com', locale: 'de', tries: 0, reason: null },
    ])
    await settle(paid)
  })

  test('is not owed when mails are off, and no address keeps a capture from being recorded', async () => {
    const mail = ctx.config.mail
    assert.ok(mail)
    const off = await payment()
    await owe(off, { ...ctx.config, mail: null })
    await owe(off, { ...ctx.config, mail: { ...mail, receipts: false } })
    assert.deepEqual(await mailsOf(off), [])
    for (const customer_email of [
      ...[
        null,
        '',
        'no address',
        'a@b',
        'two@example.com, other@example.com',
        'x@example.com\r\nBcc: y@z.example',
      ],
      ...['"quoted"@example.com', 'käse@example.com', `${'a'.repeat(65)}@example.com`, 'a@b.example>'],
    ]) {
      const paid = await payment({ customer_email })
      await owe(paid)
      assert.deepEqual(await mailsOf(paid), [], String(customer_email))
    }
  })
})

describe('the button', () => {
  const canMail = async (paid: Paid) => (await canAskReceipt(ctx, paid)).can_mail

  test('ten presses at once are one mail; three mails are the most, counting the one after the capture', async () => {
    const paid = await payment()
    await inTransaction(ctx.db, (tx) => oweReceipt(ctx, tx, paid))
    await settle(paid)
    for (const [number, again] of [
      [2, true],
      [3, false],
    ] as const) {
      assert.equal(await canMail(paid), true)
      const answers = await Promise.all(Array.from({ length: 10 }, () => askReceipt(ctx, paid, 'ar')))
      assert.equal(
        answers.every((answer) => answer.again === again),
        true,
      )
      const mails = await mailsOf(paid)
      assert.deepEqual([mails.length, mails.at(-1)?.locale], [number, 'ar'])
      await settle(paid, 'failed')
    }
    assert.equal(await canMail(paid), false)
    await assert.rejects(askReceipt(ctx, paid, 'en'), { code: 'rate_limited' })
    assert.equal((await mailsOf(paid)).length, 3)
  })

  test('there is none without an address, or where no mail is sent', async () => {
    const paid = await payment({ customer_email: null })
    assert.equal(await canMail(paid), false)
    await assert.rejects(askReceipt(ctx, paid, 'en'), { code: 'not_found' })
    const off = { db: ctx.db, config: { ...ctx.config, mail: null } }
    const other = await payment()
    const none = { address: null, can_mail: false, asks_address: false }
    assert.deepEqual(await canAskReceipt(off, other), none)
    await assert.rejects(askReceipt(off, other, 'en'), { code: 'not_found' })
    assert.deepEqual(await canAskReceipt(off, paid), none)
    await assert.rejects(askReceipt(off, paid, 'en', 'late@example.com'), { code: 'not_found' })
  })

  test('where no address was entered, the first that is said is the only one, and has three mails as any', async () => {
    const paid = await payment({ customer_email: null })
    assert.deepEqual(await canAskReceipt(ctx, paid), { address: null, can_mail: false, asks_address: true })
    const said = ['one@example.com', 'two@example.com', 'three@example.com']
    const answers = await Promise.allSettled(said.map((address) => askReceipt(ctx, paid, 'en', address)))
    const [first, ...others] = await mailsOf(paid)
    assert.ok(first)
    assert.deepEqual(others, [], 'said at once, they are one mail')
    assert.deepEqual(
      answers.map(({ status }) => status),
      said.map((address) => (address === first.address ? 'fulfilled' : 'rejected')),
      'nobody is told that a mail is on its way to another',
    )
    assert.deepEqual(await canAskReceipt(ctx, paid), {
      ...{ address: first.address, can_mail: true, asks_address: false },
    })
    await settle(paid)
    for (const again of [true, false]) {
      await assert.rejects(askReceipt(ctx, paid, 'en', 'victim@example.com'), { code: 'not_found' })
      assert.deepEqual(await askReceipt(ctx, paid, 'en'), { again })
      await settle(paid)
    }
    assert.deepEqual(
      (await mailsOf(paid)).map(({ address }) => address),
      [first.address, first.address, first.address],
    )
    await assert.rejects(askReceipt(ctx, paid, 'en'), { code: 'rate_limited' })
    assert.equal(await canMail(paid), false)
  })

  test('an address that was entered when paying stays the only one; a day after the payment none can be said', async () => {
    const entered = await payment()
    await assert.rejects(askReceipt(ctx, entered, 'en', 'victim@example.com'), { code: 'not_found' })
    assert.deepEqual(await mailsOf(entered), [])
    const old = await payment({ customer_email: null })
    const at = (hours: number): Paid => ({ ...old, captured_at: new Date(Date.now() - hours * 3_600_000) })
    assert.equal((await canAskReceipt(ctx, at(24.1))).asks_address, false)
    await assert.rejects(askReceipt(ctx, at(24.1), 'en', 'late@example.com'), { code: 'not_found' })
    assert.deepEqual(await mailsOf(old), [])
    await askReceipt(ctx, at(23.9), 'en', 'late@example.com')
    assert.equal((await mailsOf(old)).length, 1)
  })
})

describe('the database refuses', () => {
  const insert = async (paid: Payment, change: Record<string, unknown> = {}) =>
    rows.insert('mail', {
      ...{ merchant_id: 'mer_1', livemode: false, id: `mail_${rows.next()}`, kind: 'receipt' },
      ...{ transaction_id: paid.id, number: 1, address: 'a@b.example', locale: 'en' },
      ...{ state: 'sent', ended_at: '2026-01-01T00:00:00Z' },
      ...change,
    })

  test('a fourth receipt, a second with the same number, and one of another merchant or mode', async () => {
    const paid = await payment()
    await assert.rejects(insert(paid, { number: 4 }), BROKEN_RULE)
    await insert(paid)
    await assert.rejects(insert(paid), TAKEN)
    await assert.rejects(insert(paid, { number: 2, merchant_id: 'mer_2' }), NO_SUCH_ROW)
    await assert.rejects(insert(paid, { number: 2, livemode: true }), NO_SUCH_ROW)
    await assert.rejects(insert(paid, { number: 2, webhook_endpoint_id: 'we_1' }), BROKEN_RULE)
  })

  test('another reader, a mail that comes back, and forgetting one', async () => {
    const paid = await payment()
    const id = await insert(paid, { state: 'pending', ended_at: null })
    for (const set of [`address = 'x@y.example'`, `locale = 'de'`, `transaction_id = 'txn_0'`, 'number = 2'])
      await assert.rejects(rows.update('mail', id, set), FIXED)
    await settle(paid)
    await assert.rejects(rows.update('mail', id, `state = 'pending', ended_at = null`), FIXED)
    await assert.rejects(db.query('delete from mail where id = $1', [id]), FIXED)
  })
})

describe('sending', () => {
  let mailbox: Mailbox | null
  let senders: ReturnType<typeof startSender>[]
  beforeEach(async () => {
    mailbox = null
    senders = []
    await db.query(`update mail set state = 'failed', ended_at = now() where state = 'pending'`)
  })
  afterEach(async () => {
    await Promise.all(senders.map((sender) => sender.stop()))
    await mailbox?.close()
  })

  const openMailbox = async () =>
    (mailbox = await startMailbox({ host: '127.0.0.1', port: 0, smtp_port, file: null }))
  function send(change: Partial<Context> = {}): void {
    const own = { ...ctx, ...change }
    assert.ok(own.config.mail)
    senders.push(startSender(own, mailPorts(own), createMailer(own.config.mail)))
  }
  const ended = (paid: Payment, state: string) =>
    eventually(`the mail is ${state}`, 20, async () =>
      (await mailsOf(paid)).find((mail) => mail.state === state),
    )

  test('a mail has the facts of its payment, once', async () => {
    const { mails } = await openMailbox()
    const paid = await payment({ metadata: '{"order_id":"ORD-2847"}' })
    await askReceipt(ctx, paid, 'de')
    send()
    await ended(paid, 'sent')
    const [letter, ...others] = mails()
    assert.equal(others.length, 0)
    assert.deepEqual(letter?.envelope, { from: 'receipts@pay.example', to: ['buyer@example.com'] })
    assert.match(letter.message_id, /^<mail_[0-9a-z]{26}@pay\.example>$/)
    for (const fact of ['49,99', 'Visa •••• 4242', paid.id, 'SKIRO', 'ORD-2847', '22. November 2026'])
      assert.ok(letter.text.includes(fact), fact)
    assert.equal(letter.reply_to, 'a@b.co')
  })

  test('while the mail server is down nothing is lost, and nothing is sent twice when it is back', async () => {
    const paid = await payment()
    await askReceipt(ctx, paid, 'en')
    send()
    await eventually('a try that failed', 20, async () => (await mailsOf(paid))[0]?.reason)
    const [waiting] = await mailsOf(paid)
    assert.deepEqual([waiting?.state, waiting?.tries], ['pending', 1])
    assert.match(waiting?.reason ?? '', /^smtp ESOCKET/)
    const { mails } = await openMailbox()
    await hurry()
    await ended(paid, 'sent')
    assert.equal(mails().length, 1)
  })

  test('many mails and two processes: each goes out once', async () => {
    const { mails } = await openMailbox()
    const paid = await Promise.all(Array.from({ length: 30 }, () => payment()))
    for (const one of paid) await askReceipt(ctx, one, 'en')
    send()
    send()
    for (const one of paid) await ended(one, 'sent')
    assert.equal(mails().length, 30)
    assert.equal(new Set(mails().map(({ message_id }) => message_id)).size, 30)
  })

  test('the control: two that only look for what is pending send it twice', async () => {
    const { mails } = await openMailbox()
    const paid = await payment()
    await askReceipt(ctx, paid, 'en')
    const { mail } = ctx.config
    assert.ok(mail)
    const naive = async () => {
      const pending = await db.query<MailRow>(`select * from mail where transaction_id = $1`, [paid.id])
      for (const row of pending.rows) await sendMail(ctx, mailPorts(ctx), createMailer(mail), row)
    }
    await Promise.all([naive(), naive()])
    assert.equal(mails().length, 2)
    assert.equal((await mailsOf(paid))[0]?.state, 'sent')
  })

  test('what a killed process held goes out again when its lease is over, under the same Message-ID', async () => {
    const { mails } = await openMailbox()
    const paid = await payment()
    await askReceipt(ctx, paid, 'en')
    send()
    await ended(paid, 'sent')
    const [first] = mails()
    // As it was before the outcome was written down: no trigger of ours lets an ended mail go back.
    await db.query(`alter table mail disable trigger mail_fixed`)
    await db.query(
      `update mail set state = 'pending', ended_at = null, lease_until = now() + interval '1 second',
         wake_at = now() + interval '1 second' where transaction_id = $1`,
      [paid.id],
    )
    await db.query(`alter table mail enable trigger mail_fixed`)
    await eventually('a second copy', 20, async () => mails().length === 2)
    await ended(paid, 'sent')
    assert.equal(mails()[0]?.message_id, first?.message_id)
    assert.equal((await mailsOf(paid))[0]?.tries, 2)
  })

  test('after a day it is given up', async () => {
    const paid = await payment()
    await db.query(`alter table mail disable trigger mail_fixed`)
    await askReceipt(ctx, paid, 'en')
    await db.query(
      `update mail set created_at = now() - interval '24 hours 1 second', reason = 'smtp 421' where transaction_id = $1`,
      [paid.id],
    )
    await db.query(`alter table mail enable trigger mail_fixed`)
    send()
    const mail = await ended(paid, 'failed')
    assert.deepEqual([mail.tries, mail.reason], [0, 'smtp 421'])
  })

  test('pauses grow from ten seconds to an hour', () => {
    assert.deepEqual([0, 1, 2, 3, 9, 10, 1e9].map(mailPauseMs), [
      ...[10_000, 10_000, 20_000, 40_000, 2_560_000, 3_600_000, 3_600_000],
    ])
  })
})
