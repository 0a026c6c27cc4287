import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { gatewayContext, newMerchant, TEST_MODE } from '../../../../../test/support/gatewayContext.ts'
import { svg } from '../../../../../test/support/pictures.ts'
import { parse } from '../../http/parse.ts'
import { findMerchant } from '../findMerchant.ts'
import { brandingBody } from '../brandingBody.ts'
import { findLogo } from './brandingStore.ts'
import { setBranding } from './setBranding.ts'

const { ctx, close } = await gatewayContext(TEST_MODE)
after(close)

const newTenant = async (livemode = false) => ({
  merchant_id: (await newMerchant(ctx, { name: 'Shop' })).merchant_id,
  livemode,
})
type Where = Awaited<ReturnType<typeof newTenant>>
const set = async (tenant: Where, input: object) =>
  (await setBranding(ctx, tenant, parse(brandingBody(tenant.livemode), input))).branding
const nothing = {
  display_name: null,
  support_email: null,
  support_url: null,
  support_phone: null,
  terms_url: null,
  privacy_url: null,
  statement_descriptor: null,
  brand_color: null,
  button_color: null,
  logo_url: null,
}
const all = {
  display_name: 'Lamp & Co. <3',
  support_email: 'help@lamp.example',
  support_url: 'https://lamp.example/help',
  support_phone: '+49 (30) 123-4567',
  terms_url: 'https://lamp.example/terms',
  privacy_url: 'https://lamp.example/privacy',
  statement_descriptor: 'LAMP CO. BERLIN',
  brand_color: '#1f6b4f',
  button_color: '#0a0b0c',
}
const logo = svg('<rect width="200" height="200" fill="#1f6b4f"/>')

const changesOf = async (tenant: Where) =>
  (
    await ctx.db.query<{ livemode: boolean; changes: { field: string; from: unknown; to: unknown }[] }>(
      `select livemode, data -> 'changes' changes from event
       where merchant_id = $1 and type = 'merchant.updated' order by sequence, created_at`,
      [tenant.merchant_id],
    )
  ).rows

describe('setBranding', () => {
  test('sets what is given, keeps the rest, takes away what is null, and tells of each change', async () => {
    const tenant = await newTenant()
    assert.deepEqual((await findMerchant(ctx, tenant)).branding, nothing)
    assert.deepEqual(await set(tenant, all), { ...all, logo_url: null })
    assert.deepEqual(await set(tenant, { button_color: 'FF0000' }), {
      ...all,
      button_color: '#ff0000',
      logo_url: null,
    })
    const { logo_url } = await set(tenant, { logo })
    assert.match(logo_url ?? '', /^https:\/\/pay\.example\/_page\/logo\/[0-9a-f]{32}\.png$/)
    const cleared = Object.fromEntries(Object.keys(all).map((name) => [name, null]))
    assert.deepEqual(await set(tenant, cleared), { ...nothing, logo_url })
    assert.deepEqual(await set(tenant, { logo: null }), nothing)
    assert.deepEqual(await set(tenant, {}), nothing)
    const [first, second, third, fourth, fifth, ...more] = await changesOf(tenant)
    assert.deepEqual(
      first?.changes,
      Object.entries(all).map(([name, to]) => ({ field: `branding.${name}`, from: null, to })),
    )
    assert.deepEqual(second?.changes, [{ field: 'branding.button_color', from: '#0a0b0c', to: '#ff0000' }])
    assert.deepEqual(third?.changes, [{ field: 'branding.logo_url', from: null, to: logo_url }])
    assert.equal(fourth?.changes.length, 9)
    assert.deepEqual(fifth?.changes, [{ field: 'branding.logo_url', from: logo_url, to: null }])
    assert.deepEqual(more, [])
  })

  test('keeps modes and merchants apart; a logo goes with the address that it had', async () => {
    const [tenant, other] = [await newTenant(), await newTenant()]
    const live = { ...tenant, livemode: true }
    await set(tenant, { ...all, logo })
    assert.deepEqual((await findMerchant(ctx, live)).branding, nothing)
    assert.deepEqual((await findMerchant(ctx, other)).branding, nothing)
    const urls = await Promise.all(
      [tenant, live, other].map(async (where) => (await set(where, { logo })).logo_url),
    )
    const hashes = urls.map((url) => url?.match(/[0-9a-f]{32}/)?.[0] ?? assert.fail())
    assert.equal(new Set(hashes).size, 3)
    const first = await findLogo(ctx.db, hashes[0] ?? '')
    assert.ok(first)
    await set(tenant, { logo: null })
    assert.equal(await findLogo(ctx.db, hashes[0] ?? ''), null)
    // The same picture of somebody else stays.
    assert.deepEqual(await findLogo(ctx.db, hashes[2] ?? ''), first)
    await assert.rejects(set({ merchant_id: 'mer_none', livemode: false }, all), { code: 'not_found' })
  })

  test('links are https in live mode, and stored as a browser reads them', async () => {
    const live = await newTenant(true)
    for (const name of ['support_url', 'terms_url', 'privacy_url'])
      await assert.rejects(set(live, { [name]: 'http://lamp.example/' }), {
        param: name,
        message: `${name}: must be https in live mode`,
      })
    const { terms_url } = await set(live, { terms_url: 'https://lаmp.example/a b\u202e?x=<script>' })
    assert.equal(terms_url, 'https://xn--lmp-6cd.example/a%20b%E2%80%AE?x=%3Cscript%3E')
  })
})

const bad: Record<string, string[]> = {
  display_name: [
    '',
    '   ',
    'a'.repeat(101),
    'Lamp\nCo',
    'Lamp\u202eoC',
    'La\u200bmp',
    '\u2066Lamp',
    'a\u0000b',
    '\ud800',
  ],
  support_email: [
    '',
    'nobody',
    'a@b',
    'a@b.c>',
    'a@lamp.example?bcc=b@evil.example',
    'a\n@lamp.example',
    `${'a'.repeat(250)}@lamp.example`,
  ],
  support_url: [
    '',
    'lamp.example',
    'javascript:alert(1)',
    'data:text/html,x',
    'https://u:p@lamp.example',
    'file:///etc/passwd',
    `https://lamp.example/${'a'.repeat(2048)}`,
  ],
  support_phone: [
    '',
    '030 1234567',
    '+49',
    '+49 30 CALL-ME',
    '+49301234567"><img',
    `+${'1'.repeat(16)}`,
    '+٤٩١٢٣٤٥٦٧',
  ],
  terms_url: [
    '//lamp.example',
    ' javascript:alert(1)',
    'ftp://lamp.example',
    `https://lamp.example/${'é'.repeat(400)}`,
  ],
  privacy_url: ['https://', 'https://lamp.example\r\nset-cookie: a=b'],
  statement_descriptor: [
    'LAMP',
    'A'.repeat(23),
    'LAMP*CO',
    "LAMP'S",
    'LAMP "CO"',
    'LAMP<CO>',
    'LAMP\\CO',
    '12345',
    'LAMP  CO',
    'LÄMP CO',
    '-LAMP',
    'LAMP\nCO',
    'ЛАМПА',
  ],
  brand_color: ['', 'red', '#fff', '#12345g', '#1f6b4f;}', 'rgb(1,2,3)', '#1f6b4f00', '＃1f6b4f'],
  button_color: ['#1f6b4f\n', 'var(--x)'],
}
test('what is wrong is refused by its name', () => {
  for (const [param, values] of Object.entries(bad))
    for (const value of values)
      assert.throws(
        () => parse(brandingBody(false), { [param]: value }),
        { code: 'invalid_request', param },
        `${param} ${JSON.stringify(value)}`,
      )
  assert.throws(() => parse(brandingBody(false), { logo: 'https://lamp.example/logo.png' }), {
    param: 'logo',
  })
  assert.throws(() => parse(brandingBody(false), { theme: 'dark' }), { param: 'theme' })
})

test('the database takes what the input takes, and nothing that it refuses where a rule is written there', async () => {
  const tenant = await newTenant()
  await set(tenant, {})
  const write = (column: string, value: string) =>
    ctx.db.query(`update merchant_branding set ${column} = $2 where merchant_id = $1`, [
      tenant.merchant_id,
      value,
    ])
  // Those with other rules than of form: digits counted, a letter among them.
  for (const column of ['support_phone', 'statement_descriptor', 'brand_color', 'button_color'])
    for (const value of bad[column] ?? [])
      if (!['+49', '12345', 'LAMP  CO', `+${'1'.repeat(16)}`].includes(value))
        await assert.rejects(write(column, value), { code: '23514' }, `${column} ${value}`)
  for (const [column, value] of Object.entries(all)) await write(column, value)
})
