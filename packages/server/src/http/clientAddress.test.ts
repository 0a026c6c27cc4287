import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isWithin, partyOf } from './clientAddress.ts'

describe('partyOf', () => {
  const same: [string, ...string[]][] = [
    ['192.0.2.7', '192.0.2.7', '::ffff:192.0.2.7', '::FFFF:c000:207', '192.0.2.7:4711'],
    [
      '2001:db8:1:2::/64',
      '2001:db8:1:2::1',
      '2001:DB8:1:2:ffff:ffff:ffff:ffff',
      '2001:0db8:0001:0002:0:0:0:9',
      '[2001:db8:1:2::1]:443',
      '[2001:db8:1:2::1]',
    ],
    ['0:0:0:0::/64', '::1'],
    ['fe80:0:0:0::/64', 'fe80::1%eth0'],
    ['unknown', 'unknown', '_hidden', '', '256.1.1.1.1', '192.0.2.7:x', '2001:db8::zz'],
  ]
  for (const [party, ...addresses] of same) {
    test(`${party} is what ${addresses.length} notations stand for`, () => {
      for (const address of addresses) assert.equal(partyOf(address), party, address)
    })
  }

  test('neighbours are told apart', () => {
    assert.notEqual(partyOf('192.0.2.7'), partyOf('192.0.2.8'))
    assert.notEqual(partyOf('2001:db8:1:2::1'), partyOf('2001:db8:1:3::1'))
  })

  test('a socket that is gone has no address', () => assert.equal(partyOf(undefined), 'unknown'))
})

describe('isWithin', () => {
  const ranges = ['10.0.0.0/8', '::1/128']
  test('IPv4 in IPv6 is judged as IPv4', () => {
    for (const inside of ['10.1.2.3', '::ffff:10.1.2.3', '::1']) assert.ok(isWithin(inside, ranges), inside)
    for (const outside of ['11.1.2.3', '::ffff:11.1.2.3', '::2', 'nonsense', '', undefined]) {
      assert.ok(!isWithin(outside, ranges), String(outside))
    }
  })
})
