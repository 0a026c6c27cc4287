/**
 * The main job, as people meet it: shop, hosted page, card in the acquirer's frame, crypto on the chain, signed webhook
 * at the shop. A real browser against what `npm start` starts.
 */
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Address, OutScript, TEST_NETWORK } from '@scure/btc-signer'
import type { Browser, Page } from 'playwright-core'
import { Skiro } from 'skiro'
import { createPublicClient, http, parseAbi } from 'viem'
import { openDb } from '../../packages/server/src/db/sql.ts'
import { openBrowser, typeCard } from '../support/browser.ts'
import { findCardNumbers } from '../support/cardNumbers.ts'
import { bitcoinRpc } from '../support/bitcoinRpc.ts'
import { assertBooks, dumpDatabase } from '../support/books.ts'
import { eventually } from '../support/pay.ts'
import { type Sandbox, startSandbox, temporaryFolder } from '../support/sandbox.ts'

const GOOD = '4242424242424242'
const DECLINED = '4000000000000002'
const CHALLENGED = '4000000000003220'
const BANK_PAGE = '4000000000003063'
const BALANCE = parseAbi(['function balanceOf(address) view returns (uint256)'])

/** What can be pressed and is lower than 44 px. */
const SMALL = `[...document.querySelectorAll('a, button, summary, input')]
  .filter((one) => one.offsetParent && one.getBoundingClientRect().height < 44)
  .map((one) => one.textContent)`

type Order = {
  status: string
  session_id: string
  transaction: { id: string; payout_amount: number } | null
  events: { id: string; type: string; raw_body: string; signature_header: string }[]
}

describe('a paid checkout', () => {
  let sandbox: Sandbox
  let browser: Browser
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  /** Every body that left the browser, by origin: what the canary test reads. */
  const sent: { origin: string; body: string }[] = []

  before(async () => {
    folder = await temporaryFolder()
    sandbox = await startSandbox(folder.dir)
    browser = await openBrowser()
  })
  after(async () => {
    await browser?.close()
    await sandbox?.stop()
    await folder?.remove()
  })

  async function openPage(): Promise<Page> {
    const page = await browser.newPage({ locale: 'en-US' })
    page.on('request', (request) => {
      sent.push({
        origin: new URL(request.url()).origin,
        body: `${request.url()} ${request.postData() ?? ''}`,
      })
    })
    return page
  }

  async function buy(page: Page, payout_currency: string): Promise<void> {
    await page.goto(`${sandbox.facts.shop_url}/?payout_currency=${payout_currency}`)
    await page.click('button[name=product][value=lamp]')
    await page.waitForURL(`${sandbox.facts.api_url}/cs_*`)
  }

  async function order(page: Page): Promise<Order> {
    const id = new URL(page.url()).pathname.split('/').at(-1)
    return (await (await fetch(`${sandbox.facts.shop_url}/api/orders/${id}`)).json()) as Order
  }

  /** What the chain says that the merchant's wallet holds. */
  async function balance(asset: 'USDT' | 'USDC' | 'ETH' | 'BTC'): Promise<bigint> {
    if (asset === 'BTC') return bitcoinBalance(sandbox.facts.bitcoin_rpc_url, sandbox.facts.wallets.BTC)
    const client = createPublicClient({ transport: http(sandbox.facts.evm_rpc_url) })
    const address = sandbox.facts.wallets[asset]
    if (asset === 'ETH') return client.getBalance({ address })
    return client.readContract({
      address: sandbox.facts.tokens[asset],
      abi: BALANCE,
      functionName: 'balanceOf',
      args: [address],
    })
  }

  for (const [asset, decimals] of [
    ['USDT', 6],
    ['USDC', 6],
    ['ETH', 18],
    ['BTC', 8],
  ] as const) {
    test(`paid by card, paid out in ${asset}, told by webhook`, async () => {
      const skiro = new Skiro(sandbox.facts.test_api_key, { baseUrl: sandbox.facts.api_url })
      const before_payment = await balance(asset)
      const page = await openPage()
      await buy(page, asset)

      if (asset === 'USDT') {
        await typeCard(page, DECLINED)
        await page.click('#pay')
        await page.locator('#alert:not([hidden])').waitFor()
        const session_id = new URL(page.url()).pathname.slice(1)
        assert.equal(
          (await skiro.checkout.retrieve(session_id)).status,
          'pending',
          'a declined card leaves it payable',
        )
      }
      if (asset === 'USDT') await page.fill('#email', 'buyer@example.com')
      await typeCard(page, GOOD)
      await page.click('#pay')
      await page.waitForURL(`${sandbox.facts.shop_url}/orders/*`, { timeout: 30_000 })
      await page.locator('#live[data-status=payout_completed]').waitFor({ timeout: 60_000 })

      const shop_order = await order(page)
      assert.ok(shop_order.transaction)
      const session = await skiro.checkout.retrieve(shop_order.session_id)
      assert.equal(session.status, 'completed')
      assert.equal(session.transaction_id, shop_order.transaction.id)
      const transaction = await skiro.transactions.retrieve(shop_order.transaction.id)
      assert.equal(transaction.status, 'completed')
      assert.ok(transaction.payout_id && transaction.payout_amount)
      const payout = await skiro.payouts.retrieve(transaction.payout_id)
      assert.equal(payout.status, 'completed')
      assert.equal(payout.address, sandbox.facts.wallets[asset])

      const [whole = '', fraction = ''] = transaction.payout_amount.toFixed(8).split('.')
      const owed =
        (BigInt(whole + fraction) * 10n ** BigInt(Math.max(decimals - 8, 0))) /
        10n ** BigInt(Math.max(8 - decimals, 0))
      assert.equal((await balance(asset)) - before_payment, owed, 'the wallet grew by exactly payout_amount')

      const types = shop_order.events.map((event) => event.type)
      for (const type of ['checkout.completed', 'payout.sent', 'payout.completed'])
        assert.ok(types.includes(type), type)
      for (const { raw_body, signature_header } of shop_order.events) {
        const t = /^t=(\d+),/.exec(signature_header)?.[1]
        const mac = createHmac('sha256', sandbox.facts.webhook_secret)
          .update(`${t}.${raw_body}`)
          .digest('hex')
        assert.equal(signature_header, `t=${t},v1=${mac}`)
      }
      if (asset === 'USDT') await readReceipt(page, transaction.id)
      await page.close()
    })
  }

  /** From the order to the mailbox to the receipt, as a customer would. */
  async function readReceipt(page: Page, transaction: string): Promise<void> {
    await page.getByRole('link', { name: 'mailbox' }).click()
    await page.waitForURL(`${sandbox.facts.mailbox_url}/`)
    await page.getByRole('link', { name: 'Your receipt from' }).first().click()
    await page.frameLocator('iframe').getByText(transaction).waitFor()
    await page.locator('pre a').click()
    await page.waitForURL(`${sandbox.facts.api_url}/cs_*`)
    await page.locator('.receipt').getByText(transaction).waitFor()
    await page.getByRole('heading', { name: 'Receipt' }).waitFor()
  }

  test('on a phone: a declined card first, then one whose bank asks, in the page and on its own', async () => {
    const context = await browser.newContext({ viewport: { width: 360, height: 740 }, locale: 'en-US' })
    for (const number of [CHALLENGED, BANK_PAGE]) {
      const page = await context.newPage()
      await page.goto(sandbox.facts.shop_url)
      const first = await page.getByRole('button', { name: 'Buy Desk lamp' }).boundingBox()
      assert.ok(first && first.y + first.height <= 740, 'what is for sale is seen without scrolling')
      await buy(page, 'USDT')
      await typeCard(page, DECLINED)
      await page.click('#pay')
      await page.getByText('The payment did not go through').waitFor()
      await typeCard(page, number)
      await page.click('#pay')
      await page.getByRole('heading', { name: 'Your bank asks whether it is you' }).waitFor()
      if (number === BANK_PAGE) {
        await page.getByRole('link', { name: 'Continue to your bank' }).click()
        await page.getByRole('button', { name: 'Yes, it is me' }).click()
        // From here on by itself, as after a question inside the page.
      } else {
        // The tab is closed in the middle, and the shop's link opened again.
        const url = page.url()
        await page.goto(url)
        await page.frameLocator('#challenge-frame').getByRole('button', { name: 'Yes, it is me' }).click()
      }
      await page.waitForURL(`${sandbox.facts.shop_url}/orders/*`, { timeout: 30_000 })
      await page.locator('#live[data-status=payout_completed]').waitFor({ timeout: 60_000 })
      assert.equal(await page.locator('h1').innerText(), 'Paid. Thank you!')
      await page.getByText('An earlier try with another card was declined. You paid once.').waitFor()
      await page
        .getByText(/^\$49\.99 − \$[\d.]+ fee \([\d.]+ %\) = \$[\d.]+, converted at [\d.]+ USD per USDT\.$/)
        .waitFor()
      assert.deepEqual(await page.evaluate(SMALL), [], 'fingers find everything on the order’s page')
      await page.getByRole('link', { name: 'Continue shopping' }).click()
      const own = page.locator('#orders li')
      assert.equal(await own.count(), number === CHALLENGED ? 1 : 2)
      assert.deepEqual(await page.evaluate(SMALL), [], 'and in the shop')
      assert.match(await own.first().innerText(), /^Desk lamp, \$49\.99\s+Paid · /)
      await page.close()
    }
    await context.close()
  })

  test('the books agree: every asset sums to zero, gross = payout value + fee + spread + remainder', async () => {
    const db = openDb(sandbox.facts.database_url)
    try {
      const paid = await assertBooks(db)
      assert.equal(paid, 6)
    } finally {
      await db.pool.end()
    }
  })

  test('no card number is in the database, the logs or any request to the gateway', async () => {
    const db = openDb(sandbox.facts.database_url)
    const database = await dumpDatabase(db)
    await db.pool.end()
    const log = await readFile(join(sandbox.dir, 'gateway.log'), 'utf8')
    const to_gateway = sent.filter(({ origin }) => origin === sandbox.facts.api_url).map(({ body }) => body)
    const to_acquirer_api = await (await fetch(`${sandbox.facts.acquirer_url}/_sim/requests`)).text()
    assert.ok(
      database.length > 1000 && log.length > 1000 && to_gateway.length > 5,
      'there is something to search',
    )
    for (const [where, text] of Object.entries({
      database,
      log,
      to_gateway: to_gateway.join('\n'),
      to_acquirer_api,
    })) {
      assert.deepEqual(findCardNumbers(text), [], `card numbers in ${where}`)
      for (const number of [GOOD, DECLINED, CHALLENGED, BANK_PAGE])
        assert.ok(!text.includes(number), `${number} in ${where}`)
    }
    // The control: the search does find the numbers where they belong, on their way to the acquirer's vault.
    const to_vault = sent
      .filter(({ origin }) => origin === sandbox.facts.acquirer_url)
      .map(({ body }) => body)
    assert.ok(findCardNumbers(to_vault.join('\n')).includes(GOOD))
  })

  test('the shop tells its developer of an outage, sends again what it missed, and takes a new secret', async () => {
    const page = await openPage()
    const complaints: string[] = []
    page.on('console', (said) => said.type() === 'error' && complaints.push(said.text()))
    const fits = () =>
      page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth')
    await page.setViewportSize({ width: 320, height: 640 })
    await page.goto(`${sandbox.facts.shop_url}/webhooks`)
    await page.getByRole('heading', { name: 'Webhooks are accepted' }).waitFor()
    await page.click('text=Refuse with 503')
    await page.click('text=Send a test event')
    await page.getByText('503: your server is not available').first().waitFor()
    await page.getByText('Not accepted yet: 1').waitFor()
    assert.ok(await fits())

    await page.click('text=Accept webhooks')
    // Unless the retry after five seconds was quicker.
    await page.click('#do_resend', { timeout: 5_000 }).catch(() => undefined)
    await page.getByText('The shop has accepted every event.').waitFor()

    const file = join(sandbox.dir, 'sandbox.json')
    await page.click('text=Rotate the secret')
    await page.getByText('Old secret').waitFor()
    const told = JSON.parse(await readFile(file, 'utf8')) as typeof sandbox.facts
    assert.notEqual(told.webhook_secret, sandbox.facts.webhook_secret)
    const kept = JSON.parse(await readFile(join(sandbox.dir, 'merchant.json'), 'utf8')) as typeof told
    assert.equal(kept.webhook_secret, told.webhook_secret)

    await buy(page, 'USDT')
    await typeCard(page, GOOD)
    await page.click('#pay')
    await page.waitForURL(`${sandbox.facts.shop_url}/orders/*`, { timeout: 30_000 })
    await page.getByRole('button', { name: 'Send again' }).first().click()
    await page.getByText('dropped as a duplicate').waitFor()
    assert.ok(await fits())
    const [event] = (await order(page)).events
    assert.ok(event)
    const t = /^t=(\d+),/.exec(event.signature_header)?.[1]
    const mac = createHmac('sha256', told.webhook_secret).update(`${t}.${event.raw_body}`).digest('hex')
    assert.ok(event.signature_header.includes(`v1=${mac}`))
    assert.deepEqual(complaints, [])
    await page.close()
  })

  test('the page of an unknown, an expired and a paid session says so plainly', async () => {
    const skiro = new Skiro(sandbox.facts.test_api_key, { baseUrl: sandbox.facts.api_url })
    const page = await openPage()
    const unknown = await page.goto(`${sandbox.facts.api_url}/cs_00000000000000000000000000`)
    assert.equal(unknown?.status(), 404)
    assert.match(await page.locator('h1').innerText(), /not|unknown/i)

    const expired = await skiro.checkout.create({ amount: 10, currency: 'EUR', payout_currency: 'USDT' })
    await skiro.checkout.expire(expired.id)
    await page.goto(expired.url)
    assert.match(await page.locator('h1').innerText(), /expired/i)
    assert.equal(await page.locator('iframe').count(), 0)

    const { data } = await skiro.transactions.list({ status: 'completed' })
    await page.goto(`${sandbox.facts.api_url}/${data[0]?.checkout_session_id}`)
    assert.match(await page.locator('h1').innerText(), /paid|payment/i)
    assert.equal(await page.locator('iframe').count(), 0)

    // It looks like the shop, and the statement says what the acquirer was told.
    const shown = await page.evaluate<number>("document.querySelector('img.logo').naturalWidth")
    assert.equal(shown, 192)
    assert.match(await page.locator('.receipt').innerText(), /FERN & FIELD/)
    const asked = await (await fetch(`${sandbox.facts.acquirer_url}/_sim/requests`)).text()
    assert.ok(asked.includes('FERN & FIELD') && !asked.includes('SKIRO'))
    const terms = await page.getByRole('link', { name: 'Terms' }).getAttribute('href')
    assert.equal((await fetch(String(terms))).status, 200)
    await page.close()
  })

  test('stopped in the middle of a payout and started again, it finishes', async () => {
    const page = await openPage()
    await buy(page, 'USDT')
    await typeCard(page, GOOD)
    await page.click('#pay')
    await page.waitForURL(`${sandbox.facts.shop_url}/orders/*`, { timeout: 30_000 })
    const path = new URL(page.url()).pathname
    await page.close()
    await sandbox.stop()

    sandbox = await startSandbox(folder.dir)
    await eventually('the payout completed after a restart', 60, async () => {
      const answer = await fetch(`${sandbox.facts.shop_url}/api${path}`)
      return ((await answer.json()) as Order).status === 'payout_completed'
    })
    const db = openDb(sandbox.facts.database_url)
    try {
      await assertBooks(db)
    } finally {
      await db.pool.end()
    }
  })
})

/** Satoshi at an address, from the node's set of unspent outputs. */
async function bitcoinBalance(url: string, address: string): Promise<bigint> {
  const script = OutScript.encode(Address({ ...TEST_NETWORK, bech32: 'bcrt' }).decode(address))
  const found = await bitcoinRpc<{ total_amount: number }>(url, 'scantxoutset', 'start', [
    `raw(${Buffer.from(script).toString('hex')})`,
  ])
  return BigInt(Math.round(found.total_amount * 1e8))
}
