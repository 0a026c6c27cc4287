import assert from 'node:assert/strict'
import { test } from 'node:test'
import { databaseUrl } from './kinds.ts'

const reads = (text: string) => databaseUrl.safeParse(text).success

test('the URL of a database user: with a user, and a password that nobody has to normalise', () => {
  for (const good of [
    'postgres://skiro_serve:secret@db.example:5432/skiro',
    'postgresql://u@db/skiro?sslmode=require',
    `postgres://u:${encodeURIComponent("a b:/@%?#[]'")}@db/skiro`,
  ])
    assert.ok(reads(good), good)
  for (const bad of [
    '',
    'skiro',
    'mysql://u:p@db/skiro',
    'postgres://db/skiro',
    'postgres://:p@db/skiro',
    'postgres://u:pä@db/skiro',
    'postgres://u:%C3%A4@db/skiro',
    'postgres://u:%00@db/skiro',
    'postgres://u:%zz@db/skiro',
  ])
    assert.ok(!reads(bad), bad)
})
