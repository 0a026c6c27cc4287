import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { InvalidRequestError, type Transaction } from './index.ts'
import { ListRequest } from './listRequest.ts'
import { caught, json, listen, problem } from './testServer.ts'

/** A server with the transactions txn_n … txn_1 and the events 1 … n, which pages them as the API does. */
async function listing(t: TestContext, length: number) {
  return await listen(t, (response, _attempt, { url }) => {
    const { pathname, searchParams: query } = new URL(url, 'http://api')
    const is_event = pathname === '/v1/events'
    const number = (name: string) => Number(query.get(name)?.replace(/\D/g, ''))
    const limit = number('limit') || 20
    const all = Array.from({ length }, (_, index) => length - index)
    const [before, start, after] = ['ending_before', 'starting_after', 'after'].map(number)
    let rest = all
    if (query.has('after')) rest = all.toReversed().filter((n) => n > (after ?? 0))
    if (query.has('starting_after')) rest = all.filter((n) => n < (start ?? 0))
    if (query.has('page')) rest = all.slice((number('page') - 1) * limit)
    let page = rest.slice(0, limit)
    if (query.has('ending_before')) {
      rest = all.filter((n) => n > (before ?? 0))
      page = rest.slice(-limit)
    }
    const data = page.map((n) => (is_event ? { id: `evt_${n}`, sequence: n } : { id: `txn_${n}` }))
    const pagination = { page: 1, limit, total: length, total_pages: Math.ceil(length / limit) }
    json(response, 200, { object: 'list', data, has_more: rest.length > page.length, pagination })
  })
}

async function ids(list: AsyncIterable<{ id: string }>): Promise<string> {
  const found: string[] = []
  for await (const { id } of list) found.push(id.replace(/\D/g, ''))
  return found.join(' ')
}

const queries = (seen: { url: string }[]) => seen.map(({ url }) => url.replace(/.*\//, ''))

describe('await', () => {
  it('gives one page', async (t) => {
    const { skiro, seen } = await listing(t, 5)
    const page = await skiro.transactions.list({ limit: 2 })
    assert.deepEqual(
      page.data.map(({ id }) => id),
      ['txn_5', 'txn_4'],
    )
    assert.deepEqual(page.pagination, { page: 1, limit: 2, total: 5, total_pages: 3 })
    assert.equal(page.has_more, true)
    assert.deepEqual(queries(seen), ['transactions?limit=2'])
  })

  it('asks once, however often it is awaited, and not before', async (t) => {
    const { skiro, seen } = await listing(t, 3)
    const list = skiro.transactions.list()
    assert.equal(seen.length, 0)
    const [page, again] = await Promise.all([list, list.finally(() => {})])
    assert.equal(page, again)
    assert.equal(await ids(list), '3 2 1')
    assert.equal(seen.length, 1)
  })

  it('is a promise in type and behaviour', async (t) => {
    const { skiro } = await listen(t, (response) => json(response, 400, problem('invalid_request')))
    const list: Promise<{ data: Transaction[] }> = skiro.transactions.list({ limit: 1000 })
    assert.equal(await list.catch((error: Error) => error.name), 'InvalidRequestError')
    assert.equal((await caught(list)).code, 'invalid_request')
    assert.equal(
      await list.then(
        () => 'no',
        () => 'yes',
      ),
      'yes',
    )
    assert.match(Object.prototype.toString.call(list), /ListRequest/)
  })
})

describe('for await', () => {
  it('goes through all pages by cursor and keeps the filters', async (t) => {
    const { skiro, seen } = await listing(t, 5)
    assert.equal(await ids(skiro.transactions.list({ limit: 2, status: 'completed' })), '5 4 3 2 1')
    assert.deepEqual(queries(seen), [
      'transactions?limit=2&status=completed',
      'transactions?limit=2&status=completed&starting_after=txn_4',
      'transactions?limit=2&status=completed&starting_after=txn_2',
    ])
  })

  it('goes on by cursor from a page in the middle', async (t) => {
    const { skiro, seen } = await listing(t, 7)
    assert.equal(await ids(skiro.transactions.list({ page: 2, limit: 3 })), '4 3 2 1')
    assert.equal(queries(seen)[1], 'transactions?limit=3&starting_after=txn_2')
  })

  it('goes towards newer ones from ending_before', async (t) => {
    const { skiro, seen } = await listing(t, 6)
    assert.equal(await ids(skiro.transactions.list({ ending_before: 'txn_2', limit: 3 })), '3 4 5 6')
    assert.equal(queries(seen)[1], 'transactions?ending_before=txn_5&limit=3')
  })

  it('follows events by sequence', async (t) => {
    const { skiro, seen } = await listing(t, 5)
    assert.equal(await ids(skiro.events.since(1, { limit: 2 })), '2 3 4 5')
    assert.deepEqual(queries(seen), ['events?limit=2&after=1', 'events?limit=2&after=3'])
    assert.equal(await ids(skiro.events.since(0)), '1 2 3 4 5')
    assert.equal(await ids(skiro.events.since(5)), '')
    assert.equal(await ids(skiro.events.list({ limit: 2 })), '5 4 3 2 1')
  })

  it('stops asking when the loop ends', async (t) => {
    const { skiro, seen } = await listing(t, 50)
    for await (const { id } of skiro.transactions.list({ limit: 10 })) if (id === 'txn_35') break
    assert.equal(seen.length, 2)
  })

  it('ends at an empty list', async (t) => {
    const { skiro, seen } = await listing(t, 0)
    assert.equal(await ids(skiro.transactions.list()), '')
    assert.equal(seen.length, 1)
  })

  it('starts from the beginning each time', async (t) => {
    const { skiro } = await listing(t, 3)
    const list = skiro.transactions.list({ limit: 2 })
    assert.equal(await ids(list), '3 2 1')
    assert.equal(await ids(list), '3 2 1')
  })

  it('throws what a later page throws', async () => {
    const first = { object: 'list' as const, data: [{ id: 'a' }], has_more: true }
    const pagination = { page: 1, limit: 1, total: 2, total_pages: 2 }
    const list = new ListRequest<{ id: string }>({}, async (query) => {
      if ('starting_after' in query) throw new Error('page 2')
      return { ...first, pagination }
    })
    await assert.rejects(ids(list), /page 2/)
  })
})

describe('autoPagingToArray', () => {
  it('collects up to a limit', async (t) => {
    const { skiro, seen } = await listing(t, 30)
    const some = await skiro.transactions.list({ limit: 10 }).autoPagingToArray({ limit: 15 })
    assert.equal(some.length, 15)
    assert.equal(seen.length, 2)
    const all = await skiro.transactions.list({ limit: 100 }).autoPagingToArray({ limit: 10_000 })
    assert.equal(all.length, 30)
  })

  it('needs a limit', async (t) => {
    const { skiro, seen } = await listing(t, 3)
    const without = skiro.transactions.list().autoPagingToArray({} as { limit: number })
    assert.ok((await caught(without)) instanceof InvalidRequestError)
    assert.equal(seen.length, 0)
  })
})
