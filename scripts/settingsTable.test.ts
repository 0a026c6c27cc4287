import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { environment } from '../packages/server/src/settings.ts'
import { readConfig } from '../packages/server/src/config.ts'
import { between } from './settings/between.ts'
import { settingsTable } from './settings/settingsTable.ts'

test('a setting without a description is named', () => {
  const { complaints } = settingsTable(
    z.object({
      A: z.string().describe('a'),
      B: z.string().describe('lost here').default('x'),
      C: z.string(),
    }),
  )
  assert.deepEqual(
    complaints.map((complaint) => complaint.split(' ')[0]),
    ['B', 'C'],
  )
})

test('the table says of each setting what it is without being set', () => {
  const { table } = settingsTable(
    z.object({
      A: z.string().describe('x | y'),
      B: z.string().optional().describe('b'),
      C: z.bigint().default(50n).describe('c'),
      D: z.array(z.string()).default([]).describe('d'),
      E: z.array(z.string()).default(['1', '2']).describe('e'),
      F: z.object({}).default({}).describe('f'),
      G: z.record(z.string(), z.number()).default({ free: 1500 }).describe('g'),
      H: z
        .object({ count: z.number(), seconds: z.number() })
        .default({ count: 5, seconds: 10 })
        .describe('h'),
      I: z.number().default(7).describe('i'),
    }),
  )
  assert.deepEqual(table.split('\n').slice(2), [
    '| `A` | required | x \\| y |',
    '| `B` | none | b |',
    '| `C` | `0.50` | c |',
    '| `D` | empty | d |',
    '| `E` | `1,2` | e |',
    '| `F` | empty | f |',
    '| `G` | `{"free":1500}` | g |',
    '| `H` | `5/10` | h |',
    '| `I` | `7` | i |',
  ])
})

test('the defaults that the table shows are what the settings take when they are written out', () => {
  const required = {
    SKIRO_DATABASE_URL: 'postgres://a',
    SKIRO_PUBLIC_URL: 'https://a.example',
    SKIRO_KEY_ENCRYPTION_KEY: Buffer.alloc(32).toString('base64'),
  }
  const rows = settingsTable(environment).table.matchAll(/^\| `(\w+)` \| `(.+?)` \|/gm)
  const written = Object.fromEntries([...rows].map(([, name, text]) => [name, text]))
  assert.ok(Object.keys(written).length > 15)
  assert.deepEqual(readConfig({ ...required, ...written }), readConfig(required))
})

test('what stands between the marks is replaced, and nothing else', () => {
  const text = 'a\n<!-- t -->\nold\n<!-- /t -->\nb'
  assert.equal(between(text, 't', 'new'), 'a\n<!-- t -->\nnew\n<!-- /t -->\nb')
  for (const bad of ['a', '<!-- t -->', '<!-- /t --> <!-- t -->', `${text}${text}`])
    assert.throws(() => between(bad, 't', 'x'), /must stand there once each/)
})
