/** How the CLI reads the event log when it does not look as it should. A server as the SDK's own tests have. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Skiro, type SkiroEvent } from 'skiro'
import { newEvents } from '../../packages/cli/src/events/newEvents.ts'
import { json, KEY, listen, problem } from '../../packages/sdk/src/testServer.ts'

const QUIET = { lost: () => {}, back: () => {} }
const { signal } = new AbortController()

/** A log with the events of these numbers; what it holds may change between two looks. */
const logOf = (t: Parameters<typeof listen>[0], visible: (look: number) => readonly number[]) =>
  listen(t, (response, look, { url }) => {
    const after = Number(new URL(url, 'http://api').searchParams.get('after'))
    const data = visible(look)
      .filter((n) => n > after)
      .map((sequence) => ({ id: `evt_${sequence}`, sequence }))
    json(response, 200, { object: 'list', data, has_more: false })
  })

const numbers = (events: readonly SkiroEvent[] | null) => events?.map(({ sequence }) => sequence)

test('an event that becomes visible late is not passed over', async (t) => {
  const { skiro } = await logOf(t, (look) => (look < 3 ? [1, 2, 4, 5] : [1, 2, 3, 4, 5, 6]))
  const holes: number[] = []
  const log = newEvents(skiro, 0, QUIET, (from, to) => holes.push(from, to))
  assert.deepEqual(numbers(await log.next(signal)), [1, 2])
  assert.deepEqual(numbers(await log.next(signal)), [])
  assert.deepEqual(numbers(await log.next(signal)), [3, 4, 5, 6])
  assert.deepEqual(holes, [])
})

test('what is not kept any more is told, and what comes after it is read', async (t) => {
  const { skiro } = await logOf(t, () => [7, 8])
  const holes: number[] = []
  const log = newEvents(skiro, 2, QUIET, (from, to) => holes.push(from, to))
  const found: number[] = []
  while (found.length === 0) found.push(...(numbers(await log.next(signal)) ?? []))
  assert.deepEqual(
    [found, holes],
    [
      [7, 8],
      [3, 6],
    ],
  )
})

test('a gateway that is busy or breaks is waited for; a key that is revoked is not', async (t) => {
  const { baseUrl, seen } = await listen(t, (response, look) => {
    if (look === 1) json(response, 429, problem('rate_limited'), { 'retry-after': '1' })
    else if (look === 2) response.destroy()
    else if (look === 3)
      json(response, 200, { object: 'list', data: [{ id: 'evt_1', sequence: 1 }], has_more: false })
    else json(response, 401, problem('invalid_api_key'))
  })
  const said: string[] = []
  const watch = { lost: (why: string) => void said.push(why), back: () => void said.push('back') }
  const skiro = new Skiro(KEY, { baseUrl, maxRetries: 0 })
  const log = newEvents(skiro, 0, watch, () => {})
  assert.deepEqual(numbers(await log.next(signal)), [1])
  assert.equal(said.length, 3)
  assert.equal(said[2], 'back')
  const [busy, broken] = seen
  assert.ok(busy && broken && broken.at - busy.at >= 1000, 'asked again before Retry-After was over')
  await assert.rejects(log.next(signal), { code: 'invalid_api_key' })
})
