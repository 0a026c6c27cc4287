import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import sharp from 'sharp'
import { openBrowser } from '../../../../../test/support/browser.ts'
import { gatewayApp, newMerchant, TEST_MODE, WALLET } from '../../../../../test/support/gatewayContext.ts'
import { svg } from '../../../../../test/support/pictures.ts'
import { contrast, type Hex, toRgb } from '../../lib/color.ts'
import { parse } from '../../http/parse.ts'
import { brandingBody } from '../../merchants/brandingBody.ts'
import { setBranding } from '../../merchants/branding/setBranding.ts'

const { ctx, app, close } = await gatewayApp(TEST_MODE)
let url: string
let browser: Browser
before(async () => {
  url = await app.listen({ host: '127.0.0.1', port: 0 })
  browser = await openBrowser()
})
after(async () => {
  await browser?.close()
  await close()
})

const LEAF = '#1f6b4f'
const SUN = '#ff6600'
const LOGO = svg(`<rect width="200" height="200" fill="${LEAF}"/>`)

/** A merchant with a session to pay, and what changes its looks. */
async function newShop() {
  const { merchant_id, api_key } = await newMerchant(ctx, { name: 'Shop', wallets: { USDT: WALLET } })
  const tenant = { merchant_id, livemode: false }
  const answer = await app.inject({
    method: 'POST',
    url: '/v1/checkout',
    headers: { authorization: `Bearer ${api_key}` },
    payload: { amount: 49.99, currency: 'USD', payout_currency: 'USDT' },
  })
  assert.equal(answer.statusCode, 201, answer.body)
  const path = `/${answer.json<{ id: string }>().id}`
  const brand = async (input: object) =>
    (await setBranding(ctx, tenant, parse(brandingBody(false), input))).branding
  return { tenant, path, brand }
}

type Theme = 'light' | 'dark'
/** Opens the page. Whatever the browser complains about, but for the acquirer that is not there, fails the test. */
async function open(path: string, theme: Theme, look: (page: Page) => Promise<void>): Promise<void> {
  const page = await browser.newPage({ colorScheme: theme, viewport: { width: 1000, height: 800 } })
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(error.message))
  page.on('dialog', (dialog) => {
    problems.push(`a dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('ERR_')) problems.push(message.text())
  })
  try {
    await page.goto(url + path)
    await look(page)
    assert.deepEqual(problems, [])
  } finally {
    await page.close()
  }
}

/** The computed style as `#rrggbb`; of a background the nearest one behind the element that is not see-through. */
async function colorOf(page: Page, selector: string, property: string): Promise<Hex> {
  const text = await page.evaluate<string>(`(() => {
    for (let at = document.querySelector('${selector}'); at; at = at.parentElement) {
      const value = getComputedStyle(at).getPropertyValue('${property}')
      if ('${property}' !== 'background-color' || !/^rgba\\(.*, 0\\)$/.test(value)) return value
    }
  })()`)
  const [red, green, blue, ...rest] = text.match(/[\d.]+/g) ?? []
  assert.deepEqual(rest, [], `${selector} ${property}: ${text}`)
  return `#${[red, green, blue].map((channel) => Number(channel).toString(16).padStart(2, '0')).join('')}`
}

/** The colour that is painted in the middle of the element, or `dx` from its start. */
async function painted(page: Page, selector: string, dx?: number): Promise<number[]> {
  const picture = await page.locator(selector).first().screenshot()
  const { data, info } = await sharp(picture).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  const at = (Math.floor(info.height / 2) * info.width + (dx ?? Math.floor(info.width / 2))) * 3
  return [...data.subarray(at, at + 3)]
}

test('the brand is on the page: name, logo, colours, contact, terms and statement', async () => {
  const shop = await newShop()
  const { logo_url } = await shop.brand({
    display_name: 'Lamp & Co.',
    logo: LOGO,
    brand_color: LEAF,
    button_color: SUN,
    support_phone: '+49 30 1234567',
    support_url: 'https://lamp.example/help',
    terms_url: 'https://lamp.example/terms',
    statement_descriptor: 'LAMP CO BERLIN',
  })
  for (const theme of ['light', 'dark'] as const)
    await open(shop.path, theme, async (page) => {
      assert.equal(await page.locator('h1').innerText(), 'Pay Lamp & Co.')
      const logo = page.locator('img.logo')
      assert.equal(
        new URL((await logo.getAttribute('src')) ?? '', url).pathname,
        new URL(logo_url ?? '').pathname,
      )
      const sizes = await page.evaluate<number[]>(`(async () => {
        const image = document.querySelector('img.logo')
        await image.decode()
        const { width, height } = image.getBoundingClientRect()
        return [image.naturalWidth, image.naturalHeight, width, height]
      })()`)
      assert.deepEqual(sizes, [192, 192, 48, 48])
      assert.deepEqual(await painted(page, 'img.logo'), [...toRgb(LEAF)])
      // Without an acquirer it stays pale.
      await page.evaluate("document.querySelector('#pay').disabled = false")
      assert.deepEqual(await painted(page, '#pay', 20), [...toRgb(SUN)])
      assert.equal(await colorOf(page, '#pay', 'background-color'), SUN)
      assert.equal(await colorOf(page, '#pay', 'color'), '#000000')
      assert.equal(await colorOf(page, 'body', 'border-top-color'), LEAF)
      if (theme === 'light') assert.equal(await colorOf(page, '.trust a', 'color'), LEAF)
      const trust = (await page.locator('.trust').innerText()).replace(/\s+/g, ' ')
      assert.equal(trust, 'lamp.example +49 30 1234567 Terms Your card statement will show LAMP CO BERLIN')
    })
})

test('whatever the colours, the browser paints text with 4.5 and edges and rings with 3 on what is really behind', async () => {
  const shop = await newShop()
  for (const color of ['#ffff00', '#0a0a0a'])
    for (const theme of ['light', 'dark'] as const) {
      await shop.brand({ brand_color: color, button_color: color, terms_url: 'https://lamp.example/terms' })
      await open(shop.path, theme, async (page) => {
        const pairs: [what: string, front: Hex, back: Hex, ratio: number][] = []
        const pair = async (selector: string, property: string, behind: string, ratio: number) => {
          const front = await colorOf(page, selector, property)
          pairs.push([
            `${selector} ${property}`,
            front,
            await colorOf(page, behind, 'background-color'),
            ratio,
          ])
        }
        await pair('#pay', 'color', '#pay', 4.5)
        await pair('#pay', 'border-top-color', '#payment', 3)
        await pair('.monogram', 'color', '.monogram', 4.5)
        await pair('.trust a', 'color', '.trust', 4.5)
        for (const [selector, property, behind] of [
          ['.trust a', 'outline-color', '.trust'],
          ['#email', 'border-top-color', '#email'],
          ['#email', 'border-top-color', '#payment'],
          ['.copy', 'outline-color', '.test-panel'],
        ] as const) {
          await page.locator(selector).first().focus()
          await page.keyboard.press('Shift')
          await pair(selector, property, behind, 3)
        }
        for (const [what, front, back, ratio] of pairs)
          assert.ok(contrast(front, back) >= ratio, `${color} ${theme}: ${what} ${front} on ${back}`)
      })
    }
})

test('hostile text in every field is text, or is not there', async () => {
  const shop = await newShop()
  await shop.brand({ brand_color: LEAF })
  const payloads = [
    `</style></title></p><script>alert(1)</script><img src=x onerror=alert(1)>`,
    `" onmouseover="alert(1)" autofocus onfocus='alert(1)'><svg onload=alert(1)>`,
    'javascript:alert(1)//\u202egnp.exe',
  ]
  for (const payload of payloads) {
    // Past every check, as an older version or a hand at the database would have written it.
    await ctx.db.query(
      `update merchant_branding set display_name = $2, support_email = $2, support_url = $2, terms_url = $2,
         privacy_url = $2 where merchant_id = $1`,
      [shop.tenant.merchant_id, payload],
    )
    await open(shop.path, 'light', async (page) => {
      const visible = payload.replace('\u202e', '')
      assert.equal(await page.locator('h1').innerText(), `Pay ${visible}`)
      assert.equal(await page.title(), `Pay ${visible}`)
      const seen = await page.evaluate<object>(`({
        images: document.querySelectorAll('img, svg:not(.icon)').length,
        scripts: document.scripts.length,
        handlers: [...document.querySelectorAll('*')].filter((element) =>
          element.getAttributeNames().some((name) => name.startsWith('on'))).length,
        schemes: [...document.querySelectorAll('.trust a')].map(({ protocol }) => protocol),
      })`)
      assert.deepEqual(seen, { images: 0, scripts: 2, handlers: 0, schemes: ['mailto:'] })
    })
  }
})

test('a logo is a picture from our own address that can do nothing, and goes when it is taken away', async () => {
  const [shop, other] = [await newShop(), await newShop()]
  const path = new URL((await shop.brand({ logo: LOGO })).logo_url ?? '').pathname
  const theirs = new URL((await other.brand({ logo: LOGO })).logo_url ?? '').pathname
  assert.notEqual(path, theirs)
  const answer = await fetch(url + path)
  assert.deepEqual(
    [
      'content-type',
      'cache-control',
      'content-security-policy',
      'x-content-type-options',
      'cross-origin-resource-policy',
    ].map((name) => answer.headers.get(name)),
    [
      'image/png',
      'public, max-age=31536000, immutable',
      "default-src 'none'; frame-ancestors 'none'; sandbox",
      'nosniff',
      'same-origin',
    ],
  )
  const body = Buffer.from(await answer.arrayBuffer())
  assert.equal(body.subarray(1, 4).toString(), 'PNG')
  // One letter of an address leads to no neighbour, and a folder or another type to nothing.
  const wrong = path.replace(/.(?=\.png)/, (last) => (last === '0' ? '1' : '0'))
  for (const odd of [
    wrong,
    path.replace('.png', '.svg'),
    path.replace('.png', ''),
    `${path}/..`,
    '/_page/logo/',
    '/_page/logo/..%2f..%2fpackage.json',
    '/_page/logo/%00.png',
  ]) {
    const gone = await fetch(url + odd)
    assert.deepEqual([gone.status, gone.headers.get('cache-control')], [404, 'no-store'], odd)
  }
  await shop.brand({ logo: null })
  assert.equal((await fetch(url + path)).status, 404)
  assert.deepEqual(Buffer.from(await (await fetch(url + theirs)).arrayBuffer()), body)
})
