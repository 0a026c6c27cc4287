import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import ipaddr from 'ipaddr.js'
import { isAllowed, judge, ownAddresses, parseRanges } from './address.ts'

/** IANA special-purpose registries (RFC 6890 and successors), and what hides an IPv4 address inside IPv6. */
const FORBIDDEN: Record<string, string[]> = {
  'this host': ['0.0.0.0', '0.1.2.3', '::'],
  loopback: ['127.0.0.1', '127.1.2.3', '127.255.255.255', '::1'],
  private: ['10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.255', '192.168.0.1', '192.168.255.255'],
  'link-local, cloud metadata': ['169.254.169.254', '169.254.0.1', 'fe80::1', 'febf::1'],
  'shared address space': ['100.64.0.1', '100.127.255.255'],
  'protocol assignments': ['192.0.0.1', '192.0.0.170', '192.0.0.255'],
  documentation: ['192.0.2.1', '198.51.100.1', '203.0.113.1', '2001:db8::1', '3fff::1'],
  benchmarking: ['198.18.0.1', '198.19.255.255', '2001:2::1'],
  '6to4 relay': ['192.88.99.1'],
  multicast: ['224.0.0.1', '239.255.255.255', 'ff02::1', 'ff0e::1'],
  reserved: ['240.0.0.1', '255.255.255.254'],
  broadcast: ['255.255.255.255'],
  'unique local': ['fc00::1', 'fd12:3456:789a::1', 'fdff::1'],
  'site-local, deprecated': ['fec0::1'],
  'discard and dummy': ['100::1'],
  'IPv4-mapped': ['::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:10.0.0.1', '::ffff:a9fe:a9fe'],
  'IPv4-translated': ['::ffff:0:7f00:1', '::ffff:0:a00:1'],
  'IPv4-compatible, deprecated': ['::127.0.0.1', '::7f00:1', '::a00:1', '::a9fe:a9fe'],
  NAT64: ['64:ff9b::7f00:1', '64:ff9b::a9fe:a9fe', '64:ff9b:1::7f00:1', '64:ff9b:1::a00:1'],
  '6to4': ['2002:7f00:1::', '2002:a9fe:a9fe::1', '2002:c0a8:1::1'],
  Teredo: ['2001::1', '2001:0:7f00:1::'],
  'handed back': ['3ffe::1'],
  'not handed out: only 2000::/3 is global unicast': [
    '1::1',
    '4000::1',
    '6000::1',
    'e000::1',
    '100:0:0:1::1',
  ],
  'segment routing': ['5f00::1'],
}

const PUBLIC = [
  ['1.1.1.1', '8.8.8.8', '93.184.216.34', '9.255.255.255', '11.0.0.1', '126.255.255.255', '128.0.0.1'],
  ['169.253.255.255', '169.255.0.1', '172.15.255.255', '172.32.0.1', '192.167.255.255', '192.169.0.1'],
  ['100.63.255.255', '100.128.0.1', '198.17.255.255', '198.20.0.1', '223.255.255.255'],
  ['2606:4700:4700::1111', '2a00:1450:4001::1', '2001:4860:4860::8888', '::ffff:8.8.8.8'],
].flat()

describe('isAllowed', () => {
  for (const [kind, addresses] of Object.entries(FORBIDDEN)) {
    for (const address of addresses) {
      test(`refuses ${address} (${kind})`, () => assert.equal(isAllowed(address, []), false))
    }
  }

  for (const address of PUBLIC) {
    test(`allows ${address}`, () => assert.equal(isAllowed(address, []), true))
  }

  test('the operator’s ranges are allowed, and nothing beside them', () => {
    const ranges = ['127.0.0.0/8', '10.1.0.0/16', '::1/128', 'fd00:1::/32'].map((cidr) =>
      ipaddr.parseCIDR(cidr),
    )
    const allowed = [
      '127.0.0.1',
      '127.9.9.9',
      '::ffff:127.0.0.1',
      '10.1.255.255',
      '::1',
      'fd00:1::9',
      '8.8.8.8',
    ]
    for (const address of allowed) assert.equal(isAllowed(address, ranges), true, address)
    for (const address of ['10.2.0.1', '192.168.0.1', 'fd00:2::1', 'fe80::1', '169.254.169.254']) {
      assert.equal(isAllowed(address, ranges), false, address)
    }
  })
})

describe('judge', () => {
  const own = new Set(['93.184.216.34', '2606:4700::1'])

  test('tells public, trusted and forbidden addresses apart', () => {
    const ranges = parseRanges(['10.0.0.0/8', '93.184.216.34/32'])
    assert.equal(judge('8.8.8.8', ranges), 'public')
    assert.equal(judge('10.0.0.1', ranges), 'trusted')
    assert.equal(judge('::ffff:10.0.0.1', ranges), 'trusted')
    assert.equal(judge('192.168.0.1', ranges), 'forbidden')
    assert.equal(judge('93.184.216.34', ranges, own), 'trusted')
  })

  test('this machine’s own addresses are forbidden in every spelling', () => {
    for (const address of ['93.184.216.34', '::ffff:93.184.216.34', '2606:4700:0:0::1'])
      assert.deepEqual([judge(address, []), judge(address, [], own)], ['public', 'forbidden'])
    assert.equal(judge('93.184.216.35', [], own), 'public')
  })

  test('ownAddresses knows the ones of this machine', () => {
    assert.ok(ownAddresses().has('127.0.0.1'))
  })
})
