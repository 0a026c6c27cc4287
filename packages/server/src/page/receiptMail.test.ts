import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MailContent } from '../mails/mail.ts'
import { LOCALES, TEXTS } from './locale.ts'
import { receiptMail } from './receiptMail.ts'
import { sampleView } from './testing/sampleView.ts'
import type { PageView } from './view.ts'

function mail(changes: Partial<PageView> = {}, locale = 'en'): MailContent {
  return receiptMail(sampleView('paid', changes), locale) ?? assert.fail('no mail')
}

const words = (html: string) =>
  html
    .replace(/^.*<body/s, '<body')
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
const bare = (text: string) => text.replace(/[\u2066-\u2069]/g, '')

test('in every language both parts have every fact, in its direction, with the link to the same page', () => {
  const subjects = new Set<string>()
  for (const locale of LOCALES) {
    const { subject, text, html, language, from_name, reply_to } = mail({}, locale)
    subjects.add(subject)
    assert.ok(subject.startsWith(`${TEXTS[locale].test_badge} · `))
    assert.equal(language, locale)
    assert.match(html, new RegExp(`<html lang="${locale}" dir="${TEXTS[locale].dir}">`))
    const link = `https://pay.example/cs_01jd8x2v9kq7m3f5t8w2n6r4bc?receipt&locale=${locale}`
    assert.ok(html.includes(`href="${link.replace('&', '&amp;')}"`))
    assert.ok(text.split('\n').includes(link), 'the link is alone on its line')
    const facts = [
      ...['Northwind Coffee', 'Visa •••• 4242', 'buyer@example.com', 'ORD-2847', 'NORTHWIND COFFEE', 'UTC'],
      ...['txn_01jd8x2v9kq7m3f5t8w2n6r4bd', TEXTS[locale].test_badge, TEXTS[locale].paid.receipt.statement],
      ...['help@northwind.example', 'Field notebook · ORD-2847'],
    ]
    for (const fact of facts) {
      assert.ok(bare(text).includes(fact), `${locale} text: ${fact}`)
      assert.ok(words(html).includes(fact), `${locale} HTML: ${fact}`)
    }
    for (const part of [subject, text, html])
      assert.doesNotMatch(part, /\{\w+\}|undefined|null|\[object/, locale)
    assert.deepEqual([from_name, reply_to], ['Northwind Coffee', 'help@northwind.example'])
  }
  assert.equal(subjects.size, LOCALES.length)
  assert.match(mail({}, 'ar').html, /<table[^>]* dir="rtl"/)
})

test('both parts are the same words', () => {
  for (const locale of LOCALES) {
    const { text, html } = mail({}, locale)
    // The text has colons and the link where the HTML has a table and a button.
    const plain = bare(text).replace(/https:\/\/pay\.example\S*/, '')
    const squeeze = (part: string) => part.replace(/[\s:]+/g, '')
    assert.equal(squeeze(words(html)), squeeze(plain), locale)
  }
})

test('names are kept apart from what stands around them where directions meet, and only there', () => {
  const marks = /[\u2066-\u2069]/
  assert.doesNotMatch(mail().text, marks)
  assert.match(
    mail({ merchant_name: 'متجر القهوة' }).text,
    /You paid \$1,249\.90 to \u2068متجر القهوة\u2069\./,
  )
  const arabic = mail({}, 'ar').text
  assert.match(arabic, /^\u2068Field notebook · ORD-2847\u2069$/m)
  for (const description of ['x'.repeat(200), '👍'.repeat(200)]) {
    const { text, html } = mail({ description })
    assert.ok(text.includes(description) && html.includes(description))
  }
  assert.match(mail({ description: 'دفتر ميداني' }).html, /<p dir="auto" style="[^"]*">دفتر ميداني<\/p>/)
  assert.match(arabic, /\u2068Northwind Coffee\u2069/)
  assert.match(arabic, /\u2066Visa •••• 4242\u2069/)
})

test('what is not known leaves no gap, and live mode says nothing of tests', () => {
  const receipt = sampleView('paid').receipt
  assert.ok(receipt)
  const { subject, text, html, reply_to } = mail({
    livemode: true,
    support_email: null,
    description: null,
    receipt: { ...receipt, card_last_four: null, card_brand: null, order_id: null },
  })
  assert.deepEqual([reply_to, subject], [null, 'Your receipt from Northwind Coffee'])
  for (const part of [text, html])
    assert.doesNotMatch(part, /Test mode|Card|Order|Questions|notebook|dir="auto"/)
  assert.equal(receiptMail(sampleView('expired'), 'en'), null)
})

/** Values that would become something else if they were let. `\u202e` turns the direction of what follows. */
const PAYLOADS = [
  'Shop\r\nBcc: victim@example.com',
  'Shop\nSubject: Win a prize\n\n<h1>Hello</h1>',
  'Shop\u2028Bcc: victim@example.com\u0085X: y',
  '<script>alert(1)</script><img src=x onerror=alert(1)>"\'&',
  'gnp.\u202eexe\u2066\u200f\u061c',
  '\u0000\u001b[31mred\u007f',
  '=?utf-8?B?Qmx1ZQ==?= <victim@example.com>, other@example.com',
  '\ud800half',
  `${'x'.repeat(5000)}\r\nBcc: victim@example.com`,
]

test('hostile names, addresses and orders stay text on one line, in every language', () => {
  const sample = sampleView('paid').receipt
  assert.ok(sample)
  for (const payload of PAYLOADS) {
    for (const locale of LOCALES) {
      const receipt = { ...sample, order_id: payload, descriptor: payload, card_brand: payload }
      const description = payload
      const hostile = {
        merchant_name: payload,
        support_email: payload,
        customer_email: payload,
        description,
        receipt,
      }
      const { subject, text, html, from_name, reply_to } = mail(hostile, locale)
      assert.doesNotMatch(subject + from_name, /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u, 'header')
      assert.ok(subject.isWellFormed() && from_name.isWellFormed())
      assert.equal(reply_to, null)
      // Each fact has its line; none begins one of its own.
      assert.equal(text.split('\n').length, mail({}, locale).text.split('\n').length - 2)
      assert.doesNotMatch(text.replaceAll('\n', ''), /[\p{Cc}\u2028\u202a-\u202e\u061c]/u)
      const isolates = [...text].filter((char) => char === '\u2068' || char === '\u2066').length
      assert.equal([...text].filter((char) => char === '\u2069').length, isolates)
      assert.doesNotMatch(html, /<script|<img|<h1>Hello|onerror=alert\(1\)>|[\u202a-\u202e]/)
    }
  }
})

test('nothing is loaded from anywhere by reading it', () => {
  const { html } = mail()
  assert.doesNotMatch(html, /src=|url\(|@import|<link|<script|<form|<iframe/)
  assert.deepEqual(html.match(/https?:\/\/[^"<\s]+/g), [
    'https://pay.example/cs_01jd8x2v9kq7m3f5t8w2n6r4bc?receipt&amp;locale=en',
  ])
})
