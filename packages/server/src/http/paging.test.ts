import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { z } from 'zod'
import { SkiroError } from '../lib/errors.ts'
import { listSchema, pagingQuery, queryInteger, renderList } from './paging.ts'
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
      renderList([], { page: 1, limit, total }).pagination.total_pages
    assert.deepEqual(
      [pages(0, 20), pages(1, 20), pages(20, 20), pages(21, 20), pages(100, 1)],
      [0, 1, 1, 2, 100],
    )
    const list = renderList(['a'], { page: 2, limit: 1, total: 3 })
    assert.deepEqual(list, {
      object: 'list',
      data: ['a'],
      pagination: { page: 2, limit: 1, total: 3, total_pages: 3 },
    })
    assert.deepEqual(listSchema(z.string()).parse(list), list)
  })
})
