/** The receivers of docs/guides/webhook-receivers.md, taken from the page and run: one table for every language. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { freePort } from '../../packages/sandbox/src/ports.ts'
import { checkTypes, sourceProject } from '../sdk/project.ts'
import { webhookBench } from '../support/webhookBench.ts'
import { CONTROLS, spoil } from './receivers/controls.ts'
import { newSecret } from './receivers/deliver.ts'
import { type Program, PROGRAMS } from './receivers/programs.ts'
import { openShop, type Shop } from './receivers/shop.ts'
import { go, pathOf } from './receivers/interpreters.ts'
import { FILES, fileOf, PAGE } from './receivers/page.ts'
import { type Row, TABLE } from './receivers/table.ts'
import { EXPRESS } from './standIns/expressTypes.ts'

const { newShop, work } = await webhookBench()

describe('docs/guides/webhook-receivers.md', { concurrency: true }, () => {
  for (const program of PROGRAMS) {
    describe(program.name, { concurrency: false, skip: program.missing ?? false }, () => {
      let shop: Shop
      before(async () => {
        shop = await openShop(program, { secret: newSecret() })
      })
      after(() => shop?.stop())
      for (const { name, check } of TABLE) it(name, () => check(shop))
    })
  }
})

const programOf = (name: string): Program => {
  const found = PROGRAMS.find((program) => program.name === name)
  assert.ok(found, name)
  return found
}

/** The rows that a receiver fails. */
async function failures(shop: Shop, rows: readonly Row[]): Promise<Row[]> {
  const failed: Row[] = []
  for (const row of rows) {
    try {
      await row.check(shop)
    } catch (error) {
      if (!(error instanceof assert.AssertionError)) throw error
      failed.push(row)
    }
  }
  return failed
}

describe('the table fails', { concurrency: 4 }, () => {
  for (const control of CONTROLS) {
    const { of, flaw, fails } = control
    const program = programOf(of)
    it(`${of}, when it ${flaw}`, { skip: program.missing ?? false }, async () => {
      const shop = await openShop(program, {
        secret: newSecret(),
        change: (name, code) => spoil(control, name, code),
      })
      const must_fail = ({ name }: Row) => fails.some((words) => name.startsWith(words))
      const rows = TABLE.filter((row) => must_fail(row) || !row.slow)
      try {
        const names = (some: Row[]) => some.map(({ name }) => name)
        assert.deepEqual(names(await failures(shop, rows)), names(rows.filter(must_fail)))
        assert.equal(rows.filter(must_fail).length, fails.length)
      } finally {
        await shop.stop()
      }
    })
  }
})

describe('what a gateway delivers', () => {
  const shops: { id: string; shop: Shop; name: string }[] = []
  let merchant: Awaited<ReturnType<typeof newShop>>
  before(async () => {
    merchant = await newShop({ webhook_url: null })
    await Promise.all(
      PROGRAMS.filter(({ missing }) => missing === null).map(async (program) => {
        const port = await freePort('127.0.0.1')
        const url = `http://127.0.0.1:${port}/webhooks/skiro`
        const { id, secret } = (await merchant.call('POST', 'webhooks', { url })).body
        const shop = await openShop(program, { port, secret: String(secret) })
        shops.push({ id: String(id), shop, name: program.name })
      }),
    )
  })
  after(() => Promise.all(shops.map(({ shop }) => shop.stop())))

  it('is taken by every one of them, once: a new event, a resent one, and during a rotation', async () => {
    const first = await merchant.newEvent()
    await work()
    for (const { id } of shops) await merchant.call('POST', `webhooks/${id}/rotate`)
    await merchant.call('POST', `events/${first}/resend`)
    const second = await merchant.newEvent()
    await work()
    for (const { id } of shops) await merchant.call('POST', `webhooks/${id}/test`)
    await work()
    for (const { id, shop, name } of shops) {
      const { body } = await merchant.call('GET', `webhooks/${id}/deliveries`)
      const tries = body['data'] as { event_id: string; status: string }[]
      assert.deepEqual(
        [tries.length, tries.filter(({ status }) => status === 'succeeded').length],
        [4, 4],
        name,
      )
      assert.deepEqual([shop.handled(first), shop.handled(second)], [1, 1], name)
      assert.equal(shop.state(id)?.event, 'webhook.test', name)
    }
    assert.ok(shops.length >= 3)
  })
})

describe('the page', () => {
  it('shows TypeScript whose types are right', async () => {
    const project = await sourceProject()
    const typescript = [...FILES].filter(([name]) => name.endsWith('.ts'))
    await project.write({ 'standIn.d.ts': EXPRESS, ...Object.fromEntries(typescript) })
    assert.equal(typescript.length, 4)
    assert.deepEqual(await checkTypes(project), { status: 0, out: '' })
    await project.remove()
  })

  it('shows Go as gofmt writes it', { skip: programOf('Go').missing ?? false }, () => {
    const { status, stdout } = spawnSync(join(dirname(pathOf(go)), 'gofmt'), {
      input: fileOf('main.go'),
      encoding: 'utf8',
    })
    assert.deepEqual([status, stdout], [0, fileOf('main.go')])
  })

  it('says how to start each program, and shows no file that is not tested', () => {
    for (const { told } of PROGRAMS) assert.ok(told === null || PAGE.includes(told), String(told))
    const tested = PROGRAMS.flatMap(({ files }) => files)
    assert.deepEqual(new Set(FILES.keys()), new Set([...tested, 'shop.sql']))
  })

  // No test can see it: times on a machine that does other things say nothing.
  it('compares in constant time where it does not leave that to the SDK', () => {
    assert.match(fileOf('receiver.py'), /hmac\.compare_digest\(v1, mac\)/)
    assert.match(fileOf('main.go'), /hmac\.Equal\(sum, mac\.Sum\(nil\)\)/)
    assert.match(fileOf('public/skiro.php'), /hash_equals\(\$mac, \$v1\)/)
  })
})
