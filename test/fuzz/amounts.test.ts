import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import fc from 'fast-check'
import { FIATS, formatDecimal } from '../../packages/server/src/lib/money.ts'
import { refusedCheckout, withRaw } from '../support/refusedCheckout.ts'

const { ctx, shop, app, assertRefused, close } = await refusedCheckout()
after(close)
const { min, max } = ctx.config.amount

type Answer = { status: number; text: string }
/** Creates a session whose amount stands in the body as written here. */
type Create = (raw: string) => Promise<Answer>

const create: Create = (raw) => post(withRaw('amount', raw))

async function post(payload: string): Promise<Answer> {
  const headers = { authorization: `Bearer ${shop.api_key}`, 'content-type': 'application/json' }
  const answer = await app.inject({ method: 'POST', url: '/v1/checkout', headers, payload })
  return { status: answer.statusCode, text: answer.body }
}

/** The usual way, for comparison: it must fail what the gateway passes. */
const withFloats =
  (toCents: (hundredfold: number) => number): Create =>
  async (raw) => {
    try {
      const { amount } = JSON.parse(withRaw('amount', raw)) as { amount: string }
      const cents = toCents(parseFloat(amount) * 100)
      if (!(cents >= Number(min) && cents <= Number(max))) return { status: 400, text: '{}' }
      return { status: 201, text: JSON.stringify({ amount: cents / 100 }) }
    } catch {
      return { status: 400, text: '{}' }
    }
  }

/** The digits of `amount` in an answer, as they came over the wire. */
function digitsIn({ text }: Answer): string | undefined {
  return /"amount":([^,}]*)/.exec(text)?.[1]
}

/** How JavaScript writes that many cents in major units, made without it. */
const shortest = (cents: bigint) => formatDecimal(cents, 2).replace(/\.?0+$/, '')

/** Cents that an amount stands for by the contract: a number or text of plain digits, two decimals at most, in bounds. */
function centsOf(raw: string): bigint | null {
  const token = raw.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '')
  const digits = token.startsWith('"') ? textIn(token) : token
  const [, whole, fraction = ''] = /^(0|[1-9][0-9]{0,29})(?:\.([0-9]{1,2}))?$/.exec(digits) ?? []
  if (whole === undefined) return null
  const cents = BigInt(whole + fraction.padEnd(2, '0'))
  return cents >= min && cents <= max ? cents : null
}

function textIn(token: string): string {
  try {
    return String(JSON.parse(token))
  } catch {
    return ''
  }
}

const cents = fc.oneof(
  fc.bigInt({ min, max }),
  fc.bigInt({ min, max: 10_000n }),
  fc.bigInt({ min: 0n, max: 20n }).map((step) => max - step),
)

/** All ways to write an amount that the contract takes. */
const spelled = fc
  .tuple(cents, fc.constantFrom('number', 'string'), fc.boolean())
  .map(([amount, type, short]) => {
    const digits = short ? shortest(amount) : formatDecimal(amount, 2)
    return { amount, raw: type === 'number' ? digits : `"${digits}"` }
  })

/** Whatever amount goes in comes out, digit by digit. */
const roundTrip = (through: Create) =>
  fc.asyncProperty(spelled, async ({ amount, raw }) => {
    const answer = await through(raw)
    assert.equal(answer.status, 201, raw)
    assert.equal(digitsIn(answer), shortest(amount), raw)
  })

const HOSTILE = [
  [
    '49.990',
    '4.999e1',
    '1e21',
    '-0',
    'NaN',
    '"0x10"',
    '"４９.９９"',
    '" 49.99"',
    '"49.99 "',
    '"+1"',
    '"1_000"',
  ],
  ['"1,000.00"', '[]', '[49.99]', '{}', '{"value":49.99}', 'true', 'false', 'null', '0.30000000000000004'],
  ['9007199254740993', '49.999', '"49.999"', '49.9900', '0.5e2', '"1e2"', '"-5"', '-5', '"Infinity"', '1e-1'],
  ['"٤٩.٩٩"', '"49,99"', '"49.99 USD"', '"$49.99"', '""', '"."', '".5"', '"5."', '"05"', '05', '0x10', '+1'],
  [
    '"49.99\\n"',
    '"49.99\\u0000"',
    '"4\\u200b9.99"',
    '"−5"',
    '1.',
    '.5',
    '--5',
    '5-',
    '1e999',
    '-1e999',
    '1e+1',
  ],
  ['99999999999999999999.99', '"99999999999999999999.99"', '0', '0.00', '"0"', '"0.49"', '0.49', '[[[[1]]]]'],
  [
    '"49.99"5',
    '5,5',
    '5}',
    '"0b11"',
    '"0o17"',
    '"1n"',
    '1n',
    '"NaN"',
    'undefined',
    "'49.99'",
    '49.99f',
    '4 9',
  ],
].flat()

/** Amounts with something wrong, or nothing: the contract decides. */
const odd = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.double({ min: 0, max: 2_000_000 }).map(String),
  fc.double().map(String),
  fc
    .tuple(
      spelled,
      fc.nat(),
      fc.constantFrom('', '0', '9', '.', 'e', '-', '+', ' ', '_', ',', '\\u0030', '٠', '"'),
    )
    .map(
      ([{ raw }, at, put]) => raw.slice(0, at % (raw.length + 1)) + put + raw.slice(at % (raw.length + 1)),
    ),
  fc
    .tuple(spelled, fc.nat())
    .map(([{ raw }, at]) => raw.slice(0, at % raw.length) + raw.slice((at % raw.length) + 1)),
)

/** An amount is taken exactly when the contract takes it, and then as it is: nothing is ever rounded. */
const judged = (through: Create) =>
  fc.asyncProperty(odd, async (raw) => {
    const amount = centsOf(raw)
    const answer = await through(raw)
    assert.equal(answer.status, amount === null ? 400 : 201, raw)
    if (amount !== null) assert.equal(digitsIn(answer), shortest(amount), raw)
  })

const INVALID_AMOUNT = { status: 400, error: 'invalid_amount', param: 'amount' }
const UNSTORABLE = { status: 400, error: 'invalid_request', param: 'amount' }
const INVALID_REQUEST = { status: 400, error: 'invalid_request' }

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

const fails = async (property: fc.IAsyncProperty<unknown>) =>
  (await fc.check(property, { numRuns: 2000 })).failed

describe('an amount', () => {
  test('comes out as it went in, however it is written, and is stored so', async () => {
    const sent = new Map<string, bigint>()
    const property = roundTrip(async (raw) => {
      const answer = await create(raw)
      const { id = '' } = JSON.parse(answer.text) as { id?: string }
      sent.set(id, centsOf(raw) ?? -1n)
      return answer
    })
    await fc.assert(property, { numRuns: 400 })
    const { rows } = await ctx.db.query<{ id: string; amount: string }>(
      'select id, amount::text as amount from checkout_session where id = any($1)',
      [[...sent.keys()]],
    )
    assert.ok(rows.length >= 400)
    for (const { id, amount } of rows) assert.equal(BigInt(amount), sent.get(id))
  })

  test('is taken exactly when the contract takes it', async () => {
    await fc.assert(judged(create), { numRuns: 800 })
  })

  for (const raw of HOSTILE) {
    test(`is refused as ${raw}, and nothing is stored`, async () => {
      assert.equal(centsOf(raw), null)
      const broken = isJson(raw) ? null : INVALID_REQUEST
      const unstorable = raw.includes('\\u0000') ? UNSTORABLE : null
      await assertRefused(withRaw('amount', raw), broken ?? unstorable ?? INVALID_AMOUNT)
    })
  }

  test('of 64 KB of digits is refused at once', async () => {
    for (const head of ['9', '0', '1.', '0.', '49.99']) {
      const digits = head + '0'.repeat(65_000)
      for (const raw of [digits, `"${digits}"`, `-${digits}`]) {
        const start = performance.now()
        await assertRefused(withRaw('amount', raw), isJson(raw) ? INVALID_AMOUNT : INVALID_REQUEST)
        assert.ok(performance.now() - start < 500)
      }
    }
  })

  test('at the bounds is taken, a cent beyond is not, in every currency', async () => {
    for (const currency of FIATS) {
      for (const amount of [min - 1n, min, min + 1n, max - 1n, max, max + 1n]) {
        for (const raw of [formatDecimal(amount, 2), shortest(amount), `"${formatDecimal(amount, 2)}"`]) {
          const body = withRaw('amount', raw).replace('"USD"', `"${currency}"`)
          const answer = await post(body)
          const taken = amount >= min && amount <= max
          assert.equal(answer.status, taken ? 201 : 400, body)
          if (taken) assert.equal(digitsIn(answer), shortest(amount))
          else assert.match(answer.text, /"error":"invalid_amount"/)
        }
      }
    }
  })
})

test('an implementation with floats fails the same properties, cut or rounded', async () => {
  assert.equal(await fails(roundTrip(withFloats(Math.trunc))), true)
  assert.equal(await fails(judged(withFloats(Math.trunc))), true)
  // Rounding hides the lost cents, not that it takes what nobody meant.
  assert.equal(await fails(judged(withFloats(Math.round))), true)
})
