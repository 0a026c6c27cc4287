import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { startNameServer } from '../../../../../test/support/nameServer.ts'
import { createResolver, parseHosts } from './resolve.ts'

const names = await startNameServer((name) => {
  if (name === 'both.test') return ['2606:4700::1', '1.1.1.1', '1.0.0.1']
  if (name === 'six.test') return ['2606:4700::1']
  return null
})
const resolve = createResolver([`127.0.0.1:${names.port}`])
after(() => names.close())

describe('createResolver', () => {
  test('gives all addresses of both families, IPv4 first', async () => {
    assert.deepEqual(await resolve('both.test'), ['1.1.1.1', '1.0.0.1', '2606:4700::1'])
    assert.deepEqual(await resolve('BOTH.test.'), ['1.1.1.1', '1.0.0.1', '2606:4700::1'])
    assert.deepEqual(await resolve('six.test'), ['2606:4700::1'])
    await assert.rejects(resolve('none.test'))
  })

  test('knows localhost without asking, and everything below it', async () => {
    names.asked.length = 0
    for (const name of ['localhost', 'localhost.', 'a.localhost', 'a.b.localhost.'])
      assert.deepEqual(await resolve(name), ['127.0.0.1', '::1'])
    assert.deepEqual(names.asked, [])
    await assert.rejects(resolve('notlocalhost'))
  })
})

test('parseHosts reads what /etc/hosts holds', () => {
  const hosts = parseHosts(`
# a comment
127.0.0.1\tlocalhost
10.0.0.5   shop Shop.Internal # and why
fd00::5 shop
not-an-address name
300.1.1.1 other
`)
  assert.deepEqual(
    [...hosts],
    [
      ['localhost', ['127.0.0.1']],
      ['shop', ['10.0.0.5', 'fd00::5']],
      ['shop.internal', ['10.0.0.5']],
    ],
  )
})
