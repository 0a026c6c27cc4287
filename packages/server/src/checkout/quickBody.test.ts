import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { CRYPTOS, FIATS } from '../lib/money.ts'
import { quickBody } from './quickBody.ts'
import { createSessionBody } from './schema.ts'

const text = fc.oneof(fc.string({ maxLength: 8 }), fc.string({ unit: 'binary', maxLength: 8 }))
const odd = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    undefined,
    '',
    0,
    -1,
    1.5,
    true,
    [],
    {},
    '\0',
    '\ud800',
    'a'.repeat(501),
    'a'.repeat(40),
  ),
  fc.anything(),
)
const or = <T>(right: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 20, arbitrary: right }, { weight: 1, arbitrary: odd })

const email = fc.oneof(
  fc.emailAddress(),
  fc.constantFrom('a@b.co', 'a@b', '@', `${'a'.repeat(250)}@b.co`, 'ä@b.co'),
)
const url = fc.oneof(
  fc.webUrl({ withQueryParameters: true }),
  fc.constantFrom(
    'https://u:p@a.example/',
    'https://u@a.example',
    'ftp://a.example',
    'https://',
    'HTTPS://A.EXAMPLE',
    'https://a.example/\u0000',
    'https://a.example/{CHECKOUT_SESSION_ID}',
    `https://a.example/${'x'.repeat(2048)}`,
  ),
)
// Strings only: a key that has no primitive value cannot even be generated.
const key = fc.oneof(text, fc.constantFrom('', '\0', '\ud800', 'a'.repeat(40), 'a'.repeat(41)))
const pairs = fc.dictionary(key, or(text), { maxKeys: 55 })

const description = fc.oneof(
  { weight: 20, arbitrary: fc.string({ maxLength: 8 }).map((text) => `${text}.`) },
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom(
    ...['', ' a', 'a\n', 'a\u0085', '\u2067a', 'a\u2029b', 'x'.repeat(200), 'x'.repeat(201)],
    ...['👍'.repeat(100), '👍'.repeat(101), '👍'.repeat(201)],
  ),
)

const body = fc
  .record(
    {
      amount: or(fc.oneof(fc.double(), fc.integer(), fc.constantFrom('49.99', '1e3', 49.99))),
      currency: or(fc.constantFrom(...FIATS)),
      payout_currency: or(fc.constantFrom(...CRYPTOS)),
      customer_email: or(fc.option(email)),
      metadata: or(fc.option(pairs, { nil: undefined })),
      redirect_url: or(fc.option(url)),
      webhook_url: or(fc.option(url)),
      locale: or(fc.option(fc.constantFrom('auto', 'en', 'zh'))),
      description: or(fc.option(description)),
      expires_in: or(fc.option(fc.integer({ min: 299, max: 86_401 }), { nil: undefined })),
    },
    { requiredKeys: ['amount', 'currency', 'payout_currency'] },
  )
  .chain((record) => or(fc.constant(record)))

/** What was accepted must be what the schema makes of it. Returns whether it was. */
function agrees(input: unknown, judge: (input: unknown) => object | null = quickBody): boolean {
  const quick = judge(input)
  if (quick === null) return false
  const { success, data } = createSessionBody.safeParse(input)
  assert.ok(success, 'the schema refuses it')
  assert.deepEqual({ ...quick }, { ...data })
  return true
}

test('whatever it accepts, the schema accepts, with the same result', () => {
  let accepted = 0
  let refused = 0
  fc.assert(
    fc.property(body, (input) => {
      if (agrees(input)) accepted++
      else refused++
    }),
    { numRuns: 20_000 },
  )
  assert.ok(accepted > 300 && refused > 300, `${accepted} accepted, ${refused} refused`)
})

test('an unknown field, a wrong prototype or an array is left to the schema', () => {
  const right = { amount: 1, currency: 'USD', payout_currency: 'USDT' }
  assert.ok(agrees(right))
  for (const wrong of [
    { ...right, extra: 1 },
    Object.assign(Object.create({ metadata: { a: 'b' } }) as object, right),
    Object.assign([], right),
    { ...right, metadata: ['a'] },
    { ...right, metadata: Object.create({ a: 'b' }) as object },
  ])
    assert.equal(quickBody(wrong), null)
})

test('control: a judge that looks at the names only is caught', () => {
  const naive = (input: unknown) => {
    const { amount, ...rest } = (input ?? {}) as Record<string, unknown>
    return amount === undefined ? null : { ...rest, amount: String(amount) }
  }
  assert.throws(() =>
    fc.assert(
      fc.property(body, (input) => void agrees(input, naive)),
      { numRuns: 2000 },
    ),
  )
})
