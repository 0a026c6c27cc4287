import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPlaces, type Places } from './places.ts'

type Queue = { name: string; left: number }

/** Fills places from queues of these lengths. Returns whose try started, in order, and ends a try. */
function fill(size: number, queues: readonly Queue[]) {
  const started: string[] = []
  const places: Places<Queue> = createPlaces(size, (queue) => {
    if (queue.left === 0) return false
    queue.left--
    started.push(queue.name)
    if (queue.left > 0) places.ask(queue)
    return true
  })
  for (const queue of queues) places.ask(queue)
  return { places, started }
}

test('a place is for whoever waits longest: a long queue does not keep a short one waiting', () => {
  const [long, short] = [
    { name: 'long', left: 1000 },
    { name: 'short', left: 2 },
  ]
  const { places, started } = fill(4, [long, short])
  assert.equal(places.free(), 0)
  // The first had all places before the second came, and asked for one more; from then on they take turns.
  for (let ended = 0; ended < 4; ended++) places.leave()
  assert.deepEqual(started.slice(4, 8), ['long', 'short', 'long', 'short'])
})

test('never more than there are, and a place that is not needed goes to the next', () => {
  const { places, started } = fill(2, [
    { name: 'empty', left: 0 },
    { name: 'a', left: 1 },
    { name: 'b', left: 1 },
    { name: 'c', left: 1 },
  ])
  assert.deepEqual([started, places.free()], [['a', 'b'], 0])
  places.leave()
  places.leave()
  assert.deepEqual([started, places.free()], [['a', 'b', 'c'], 1])
})

test('who is forgotten gets none', () => {
  const queue = { name: 'gone', left: 1 }
  const { places, started } = fill(1, [{ name: 'first', left: 1 }, queue])
  places.forget(queue)
  places.leave()
  assert.deepEqual([started, places.free()], [['first'], 1])
})
