/** What somebody reads who has the whole database and not the key of the settings. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { webhookBench } from '../../../../test/support/webhookBench.ts'
import { open } from '../lib/seal.ts'
import { secretContext } from '../webhooks/secretContext.ts'

const { ctx, receiver, newShop, work } = await webhookBench()

/** Every row of every table, ours and the queue's, as text. */
async function dump(): Promise<string> {
  const { rows: tables } = await ctx.db.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema') order by 1`,
  )
  const texts: string[] = []
  for (const { name } of tables) {
    const { rows } = await ctx.db.query<{ row: string }>(`select t::text as row from ${name} t`)
    texts.push(...rows.map(({ row }) => row))
  }
  return texts.join('\n')
}

/** The ways in which a secret could be written down: as it is, its random part, and either in hex or base64. */
function spellings(secret: string): string[] {
  const part = secret.slice(secret.lastIndexOf('_') + 1)
  const bytes = [Buffer.from(secret), Buffer.from(part), Buffer.from(part, 'base64')]
  return [part, ...bytes.flatMap((value) => [value.toString('hex'), value.toString('base64')])]
}

test('a dump of the database shows no webhook secret and no API key, in any spelling', async () => {
  const shop = await newShop({ name: 'Canary & Sons' })
  // Retries are kept with their answers, which show secrets; deliveries are signed with them.
  const key = (name: string) => ({ 'idempotency-key': name })
  const body = { url: `${receiver.url}/more` }
  const made = (await shop.call('POST', 'webhooks', body, key('create'))).body
  const rotated = await shop.call('POST', `webhooks/${String(made['id'])}/rotate`, undefined, key('rotate'))
  await shop.newEvent()
  await shop.newEvent(`${receiver.url}/own`)
  receiver.answer(500)
  await work()
  const secrets = [shop.webhook_secret, String(made['secret']), String(rotated.body['secret']), shop.api_key]

  const text = await dump()
  for (const secret of secrets) {
    assert.ok(secret.length > 40)
    for (const spelling of spellings(secret)) assert.ok(!text.includes(spelling))
  }
  // The control: the dump is one, and the secrets are in it for who has the key.
  for (const there of ['Canary & Sons', String(made['id']), `${receiver.url}/own`])
    assert.ok(text.includes(there), there)
  const { rows } = await ctx.db.query<{ id: string; sealed: Buffer }>(
    'select id, secret_sealed sealed from webhook_endpoint order by id',
  )
  const opened = rows.map(({ id, sealed }) => {
    assert.ok(text.includes(sealed.toString('hex')))
    return open(sealed, ctx.config.key_encryption_keys, secretContext(shop.tenant, id))
  })
  assert.deepEqual(opened, [shop.webhook_secret, rotated.body['secret']])
})
