import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createRecent } from './recent.ts'

const key = fc.integer({ min: 0, max: 30 }).map(String)
const step = fc.record({ what: fc.constantFrom('set', 'get', 'delete'), key })

test('keeps what was used last, forgets the rest, and stays small', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), fc.array(step, { maxLength: 200 }), (keep, steps) => {
      const recent = createRecent<number>(keep)
      /** What it may hold, the last used last. */
      const used = new Map<string, number>()
      for (const [value, { what, key: name }] of steps.entries()) {
        const known = used.get(name)
        if (what === 'get') {
          const must_know = [...used.keys()].slice(-keep).includes(name)
          const found = recent.get(name)
          assert.ok(found === known || (found === undefined && !must_know))
        }
        if (what === 'set') recent.set(name, value)
        if (what === 'delete') recent.delete(name)
        used.delete(name)
        const now = what === 'set' ? value : recent.get(name)
        if (now !== undefined) used.set(name, now)
        assert.equal(recent.get(name), what === 'delete' ? undefined : now)
        assert.ok(recent.size <= 2 * keep, 'it grows')
      }
    }),
  )
})
