import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ID_PREFIXES, type IdKind, isId, lowestIdAt, newId } from './ids.ts'

const KINDS = Object.keys(ID_PREFIXES) as IdKind[]
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

test('an id is its prefix and 26 characters that nobody confuses', () => {
  for (const kind of KINDS) {
    const id = newId(kind)
    assert.match(id, new RegExp(`^${ID_PREFIXES[kind]}[${ALPHABET}]{26}$`))
    assert.ok(isId(kind, id))
  }
  assert.equal(new Set(Object.values(ID_PREFIXES)).size, KINDS.length)
})

test('an id is of its own kind only', () => {
  for (const kind of KINDS) {
    const id = newId(kind)
    for (const other of KINDS) assert.equal(isId(other, id), other === kind)
  }
})

test('ids sort by the millisecond they were made in', (t) => {
  const times = [0, 1, 31, 32, 1_700_000_000_000, 1_700_000_000_001, 2 ** 45, 2 ** 48 - 1]
  t.mock.timers.enable({ apis: ['Date'] })
  const ids = times.map((time) => {
    t.mock.timers.setTime(time)
    return newId('event')
  })
  assert.deepEqual(ids.toSorted(), ids)
  const read = ids.map((id) => [...id.slice(4, 14)].reduce((sum, c) => sum * 32 + ALPHABET.indexOf(c), 0))
  assert.deepEqual(read, times)
})

test('the lowest id of a moment divides what was made before it from what was made at or after it', (t) => {
  t.mock.timers.enable({ apis: ['Date'] })
  for (const time of [1, 32, 1_700_000_000_000, 2 ** 48 - 1]) {
    t.mock.timers.setTime(time - 1)
    const before = newId('payout')
    t.mock.timers.setTime(time)
    const lowest = lowestIdAt('payout', time)
    assert.ok(before < lowest && lowest <= newId('payout'))
    assert.ok(isId('payout', lowest))
  }
  assert.equal(lowestIdAt('payout', -5), lowestIdAt('payout', 0))
})

test('100,000 ids are all different, and every random character takes every value', (t) => {
  // With the time standing still only the random part can tell them apart.
  t.mock.timers.enable({ apis: ['Date'], now: 1_700_000_000_000 })
  const ids = new Set<string>()
  const seen = Array.from({ length: 16 }, () => new Set<string>())
  for (let i = 0; i < 100_000; i++) {
    const id = newId('checkout_session')
    ids.add(id)
    for (let at = 0; at < 16; at++) seen[at]?.add(id[13 + at] ?? '')
  }
  assert.equal(ids.size, 100_000)
  for (const characters of seen) assert.equal([...characters].toSorted().join(''), ALPHABET)
})

test('what is nearly an id is none', () => {
  const id = newId('checkout_session')
  const body = id.slice(3)
  const near = [
    ['', 'cs_', body, `cs${body}`, `CS_${body}`, `txn_${body}`, `cs_cs_${body}`, ` ${id}`, `${id} `],
    [`${id}\n`, `\n${id}`, `${id}\u0000`, id.slice(0, -1), `${id}0`, `cs_${body.toUpperCase()}`],
    [...'ilou'].map((letter) => `cs_${letter}${body.slice(1)}`),
    [`cs_${'０'.repeat(26)}`, `cs_${'%'.repeat(26)}`, `cs_../${body.slice(3)}`, `cs_${'0'.repeat(10_000)}`],
  ].flat()
  for (const text of near) assert.equal(isId('checkout_session', text), false, JSON.stringify(text))
  assert.ok(isId('checkout_session', id))
})
