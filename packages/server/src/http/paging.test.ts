import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { z } from 'zod'
import { SkiroError } from '../lib/errors.ts'
import { newId } from '../lib/ids.ts'
import { EVER } from '../lists/window.ts'
import {
  createdQuery,
  listSchema,
  pagingQuery,
  queryInteger,
  readSlice,
  readWindow,
  renderList,
  renderSlice,
} from './paging.ts'
import { parse } from './parse.ts'

const query = z.strictObject(pagingQuery)

describe('paging', () => {
  test('reads page, limit and starting_after', () => {
    assert.deepEqual(parse(query, {}), {})
    assert.deepEqual(parse(query, { page: '1', limit: '100' }), { page: 1, limit: 100 })
    assert.deepEqual(parse(query, { limit: '1', starting_after: 'txn_1' }), {
      limit: 1,
      starting_after: 'txn_1',
    })
  })

  test('refuses every number that is not plainly one in range', () => {
    const bad = [
      '',
      '0',
      '101',
      '-1',
      '1.5',
      '1e1',
      ' 5',
      '5 ',
      '+5',
      '0x5',
      'abc',
      'NaN',
      '٥',
      '9'.repeat(30),
    ]
    for (const limit of [...bad, 5, null, ['1', '2'], { a: '1' }]) {
      assert.throws(
        () => parse(query, { limit }),
        (error) => error instanceof SkiroError && error.code === 'invalid_request' && error.param === 'limit',
        JSON.stringify(limit),
      )
    }
    for (const page of ['0', '1000001', '-1']) assert.throws(() => parse(query, { page }), { param: 'page' })
    assert.throws(() => parse(query, { starting_after: 'x'.repeat(101) }), { param: 'starting_after' })
    assert.throws(() => parse(query, { offset: '5' }), { param: 'offset' })
  })

  test('bounds are inclusive', () => {
    const number = queryInteger(2, 4)
    const accepted = ['1', '2', '3', '4', '5'].filter((text) => number.safeParse(text).success)
    assert.deepEqual(accepted, ['2', '3', '4'])
  })

  test('the envelope counts pages up', () => {
    const pages = (total: number, limit: number) =>
      renderList([], { page: 1, limit, total, has_more: false }).pagination.total_pages
    assert.deepEqual(
      [pages(0, 20), pages(1, 20), pages(20, 20), pages(21, 20), pages(100, 1)],
      [0, 1, 1, 2, 100],
    )
    const list = renderList(['a'], { page: 2, limit: 1, total: 3, has_more: true })
    assert.deepEqual(list, {
      object: 'list',
      data: ['a'],
      has_more: true,
      pagination: { page: 2, limit: 1, total: 3, total_pages: 3 },
    })
    assert.deepEqual(listSchema(z.string()).parse(list), list)
  })
})

describe('slices', () => {
  const [id, other] = [newId('payout'), newId('transaction')]

  test('are read from page numbers or from one cursor', () => {
    const first = { page: 1, limit: 20, offset: 0, older_than: null, newer_than: null }
    assert.deepEqual(readSlice('payout', {}), first)
    assert.deepEqual(readSlice('payout', { page: 4, limit: 5 }), { ...first, page: 4, limit: 5, offset: 15 })
    assert.deepEqual(readSlice('payout', { starting_after: id }), { ...first, older_than: id })
    assert.deepEqual(readSlice('payout', { ending_before: id, limit: 1 }), {
      ...first,
      limit: 1,
      newer_than: id,
    })
    assert.equal(readSlice('payout', { page: 1000, limit: 100 }).offset, 99_900)
  })

  const refused: [Parameters<typeof readSlice>[1], string][] = [
    [{ page: 1, starting_after: id }, 'page'],
    [{ page: 1, ending_before: id }, 'page'],
    [{ starting_after: id, ending_before: id }, 'starting_after'],
    [{ starting_after: other }, 'starting_after'],
    [{ ending_before: other }, 'ending_before'],
    [{ starting_after: '' }, 'starting_after'],
    [{ ending_before: `${id} ` }, 'ending_before'],
    [{ page: 5001 }, 'page'],
    [{ page: 1001, limit: 100 }, 'page'],
  ]
  for (const [index, [query, param]] of refused.entries()) {
    test(`are refused for ${param}, case ${index}`, () => {
      assert.throws(() => readSlice('payout', query), { code: 'invalid_request', param })
    })
  }

  test('show one row less than was read when more follow', () => {
    const slice = readSlice('payout', { limit: 2 })
    const { data, has_more, pagination } = renderSlice(slice, [3, 2, 1], 9, String)
    assert.deepEqual([data, has_more, pagination.total], [['3', '2'], true, 9])
  })
})

describe('windows', () => {
  const read = (query: object) => readWindow(parse(z.strictObject(createdQuery), query))

  test('hold both their ends', () => {
    const ms = Date.UTC(2026, 10, 22, 15, 4, 5)
    assert.deepEqual(read({ from: '2026-11-22T15:04:05Z', to: '2026-11-22T16:04:05.5+01:00' }), {
      from: ms,
      end: ms + 501,
    })
    assert.deepEqual(read({ from: '2026-11-22' }), { from: Date.UTC(2026, 10, 22), end: EVER.end })
    assert.deepEqual(read({}), EVER)
  })

  test('are of times that exist', () => {
    for (const text of [
      '2026-02-30',
      '2026-11-22T15:04:05',
      '22.11.2026',
      '2026-11-22T24:00:00Z',
      '1969-12-31',
      '',
    ]) {
      for (const param of ['from', 'to'])
        assert.throws(() => read({ [param]: text }), { code: 'invalid_request', param }, text)
    }
    assert.throws(() => read({ from: ['2026-01-01', '2026-01-02'] }), { param: 'from' })
  })
})
