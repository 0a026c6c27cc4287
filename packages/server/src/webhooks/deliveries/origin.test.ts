import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { testDatabase } from '../../../../../test/support/database.ts'
import { one } from '../../db/sql.ts'
import { originOf, originSql } from './origin.ts'

const { db, drop } = await testDatabase()
after(drop)

test('of a URL, the same in JavaScript and in SQL', async () => {
  for (const [url, origin] of [
    ['https://shop.example/hook', 'https://shop.example'],
    ['https://shop.example:8443/a/b?c=d//e#f', 'https://shop.example:8443'],
    ['http://[::1]:80?x', 'http://[::1]:80'],
    ['https://shop.example#x', 'https://shop.example'],
    ['https://shop.example', 'https://shop.example'],
    ['no url', 'no url'],
  ] as const) {
    assert.equal(originOf(url), origin)
    assert.equal((await one<{ o: string }>(db, `select ${originSql('$1::text')} o`, [url])).o, origin)
  }
})
