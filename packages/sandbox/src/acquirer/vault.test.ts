import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { passesLuhn } from './browser/cardNumber.ts'
import { TEST_CARDS } from './cards.ts'
import { fieldsOf } from './fields.ts'
import { errorOf, GOOD_CARD, KEYS, startTestAcquirer } from './harness.ts'

describe('vault', () => {
  let folder: string
  let acquirer: Awaited<ReturnType<typeof startTestAcquirer>>
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'acquirer-'))
    acquirer = await startTestAcquirer({ book_file: join(folder, 'book.jsonl') })
  })
  after(async () => {
    await acquirer.close()
    await rm(folder, { recursive: true })
  })

  const vault = (change: object, headers: Record<string, string> = {}) =>
    acquirer.send(
      'POST',
      '/vault/tokens',
      { key: KEYS.publishable_key, session: 'cs_1', ...GOOD_CARD, ...change },
      headers,
    )

  it('gives a token for a card with spaces and a two-digit year', async () => {
    const { status, body } = await vault({ number: '4242 4242-4242 4242', exp_year: 40 })
    assert.deepEqual([status, body['brand'], body['last_four']], [201, 'visa', '4242'])
    assert.match(String(body['token']), /^simtok_[a-z]{24}$/)
  })

  it('names the first field that is wrong', async () => {
    const today = new Date()
    const month = today.getUTCMonth() + 1
    const wrong: [object, string, string][] = [
      [{ number: '' }, 'number', 'missing_number'],
      [{ number: '424242424242' }, 'number', 'incomplete_number'],
      [{ number: '4242424242424241' }, 'number', 'incorrect_number'],
      [{ exp_month: 13 }, 'exp', 'invalid_expiry'],
      [{ exp_month: 0 }, 'exp', 'invalid_expiry'],
      [{ exp_year: 2020 }, 'exp', 'expired_card'],
      [{ exp_year: 2999 }, 'exp', 'invalid_expiry'],
      [{ cvc: '' }, 'csc', 'missing_csc'],
      [{ cvc: '1234' }, 'csc', 'incomplete_csc'],
      [{ number: '378282246310005', cvc: '123' }, 'csc', 'incomplete_csc'],
      [{ name: '  ' }, 'name', 'missing_name'],
    ]
    if (month > 1)
      wrong.push([{ exp_month: month - 1, exp_year: today.getUTCFullYear() }, 'exp', 'expired_card'])
    for (const [change, field, code] of wrong) {
      const answer = await vault(change)
      const error = errorOf(answer)
      assert.deepEqual([answer.status, error['field'], error['code']], [400, field, code])
      assert.match(String(error['message']), /[a-z]/)
    }
    assert.equal((await vault({ exp_month: month, exp_year: today.getUTCFullYear() })).status, 201)
  })

  it('is opened by the publishable key, from its own page only', async () => {
    assert.equal((await vault({ key: 'pk_other' })).status, 401)
    assert.equal((await vault({}, { origin: 'http://shop.example' })).status, 401)
    assert.equal((await vault({}, { origin: acquirer.url })).status, 201)
    assert.equal((await vault({ number: 4242424242424242 })).status, 400)
    assert.equal((await vault({ extra: 1 })).status, 400)
  })

  it('makes tokens that live ten minutes', async () => {
    const own = await startTestAcquirer()
    try {
      const [early, late] = [await own.token('cs_1'), await own.token('cs_1')]
      await own.post('/_sim/advance', { seconds: 590 })
      const paid = await own.post(`/v1/payments/${await own.create()}/confirm`, { token: early })
      assert.equal(paid.body['status'], 'authorized')
      await own.post('/_sim/advance', { seconds: 11 })
      const failed = await own.post(`/v1/payments/${await own.create()}/confirm`, { token: late })
      assert.equal(fieldsOf(failed.body['failure'])['code'], 'invalid_token')
    } finally {
      await own.close()
    }
  })

  it('leaves a token whole that was tried in another session', async () => {
    const token = await acquirer.token('cs_own')
    const foreign = await acquirer.post(`/v1/payments/${await acquirer.create(1, 'cs_thief')}/confirm`, {
      token,
    })
    assert.equal(fieldsOf(foreign.body['failure'])['code'], 'invalid_token')
    const own = await acquirer.post(`/v1/payments/${await acquirer.create(1, 'cs_own')}/confirm`, { token })
    assert.equal(own.body['status'], 'authorized')
  })

  it('does with every test card what the table says', async () => {
    for (const { number, outcome, three_ds, brand, funding } of TEST_CARDS) {
      assert.ok(passesLuhn(number), number)
      const { id, answer: first } = await acquirer.authorize(100, number)
      const isAsked = three_ds === 'challenge' || three_ds === 'redirect'
      assert.equal(first.body['status'] === 'requires_action', isAsked, number)
      const answer = isAsked
        ? await acquirer.post(`/_sim/payments/${id}/authenticate`, { outcome: 'authorise' })
        : first
      const expected = three_ds === 'error' ? 'authentication_failed' : outcome
      const code = fieldsOf(answer.body['failure'])['code'] ?? 'approve'
      assert.equal(code, expected, number)
      const card = fieldsOf(answer.body['card'])
      assert.deepEqual(
        [card['brand'], card['funding'], card['last_four']],
        [brand, funding, number.slice(-4)],
      )
    }
  })

  it('declines any other number and says that only test cards work', async () => {
    const { answer } = await acquirer.authorize(100, '4111111111111111')
    const failure = fieldsOf(answer.body['failure'])
    assert.equal(failure['code'], 'card_declined')
    assert.match(String(failure['message']), /Only test cards/)
  })

  it('keeps no card number and no security code anywhere', async () => {
    await vault({ cvc: '987' })
    await vault({ number: '4242424242424241' })
    const kept = [
      await readFile(join(folder, 'book.jsonl'), 'utf8'),
      JSON.stringify((await acquirer.get('/_sim/book')).body),
      JSON.stringify((await acquirer.get('/_sim/requests')).body),
      await (await fetch(`${acquirer.url}/_sim`)).text(),
    ].join('\n')
    const runs = kept.match(/[0-9](?:[ -]?[0-9]){12,18}/g) ?? []
    const likeCards = runs.map((run) => run.replace(/[ -]/g, '')).filter((run) => passesLuhn(run))
    assert.deepEqual(
      likeCards.filter((run) => TEST_CARDS.some(({ number }) => run.includes(number))),
      [],
    )
    assert.doesNotMatch(kept, /"cvc"|"csc"|"number"|:"987"/)
  })
})

describe('card page', () => {
  let acquirer: Awaited<ReturnType<typeof startTestAcquirer>>
  before(async () => {
    acquirer = await startTestAcquirer()
  })
  after(() => acquirer.close())

  const page = (change: Record<string, string>) => {
    const query = {
      key: KEYS.publishable_key,
      session: 'cs_1',
      parent_origin: 'https://pay.example',
      locale: 'en',
    }
    return fetch(`${acquirer.url}/element?${new URLSearchParams({ ...query, ...change }).toString()}`)
  }

  it('may be framed by its parent only, and runs only its own code', async () => {
    const response = await page({})
    const policy = response.headers.get('content-security-policy') ?? ''
    const rules = new Map(policy.split('; ').map((rule) => [rule.split(' ')[0], rule]))
    assert.equal(rules.get('frame-ancestors'), 'frame-ancestors https://pay.example')
    assert.equal(rules.get('default-src'), `default-src 'none'`)
    assert.match(rules.get('script-src') ?? '', /^script-src 'nonce-[\w+/=]{24}'$/)
    assert.doesNotMatch(policy, /unsafe/)
    const nonce = /nonce-([^']+)/.exec(policy)?.[1] ?? 'none'
    const html = await response.text()
    for (const tag of html.match(/<(script|style)[^>]*>/g) ?? [])
      assert.ok(tag.includes(`nonce="${nonce}"`), tag)
    assert.notEqual(
      /nonce-([^']+)/.exec((await page({})).headers.get('content-security-policy') ?? '')?.[1],
      nonce,
    )
    for (const name of ['cc-number', 'cc-exp', 'cc-csc', 'cc-name']) {
      assert.ok(html.includes(`name="${name}" autocomplete="${name}"`), name)
    }
  })

  it('refuses a parent that is not one plain origin', async () => {
    const wrong = [
      '*',
      'null',
      '',
      'https://pay.example/',
      'https://pay.example/x',
      'https://PAY.example',
      'https://pay.example:443',
      'ftp://pay.example',
      "https://pay.example; script-src 'unsafe-inline'",
      "https://a;script-src'unsafe-inline'",
      'https://*.example',
      'javascript:alert(1)',
    ]
    for (const parent_origin of wrong)
      assert.equal((await page({ parent_origin })).status, 400, parent_origin)
    for (const parent_origin of ['http://localhost:3000', 'http://[::1]:8080', 'http://10.0.0.7']) {
      assert.equal((await page({ parent_origin })).status, 200, parent_origin)
    }
  })

  it('refuses a wrong key or session', async () => {
    assert.equal((await page({ key: 'pk_other' })).status, 401)
    assert.equal((await page({ session: '"><script>' })).status, 400)
    assert.equal((await page({ session: '' })).status, 400)
  })

  it('serves plain JavaScript and no other file', async () => {
    const module = await fetch(`${acquirer.url}/element/element.ts`)
    assert.match(module.headers.get('content-type') ?? '', /^text\/javascript/)
    assert.doesNotMatch(await module.text(), /: Field\b/)
    for (const path of ['/element/tsconfig.json', '/element/..%2fserver.ts', '/element/cardNumber.test.ts']) {
      assert.equal((await fetch(acquirer.url + path)).status, 404, path)
    }
  })
})
