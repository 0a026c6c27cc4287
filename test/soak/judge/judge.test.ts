import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DOWN, type Draft, NEW, OLD, OLD_ENDS, OTHER, UP, goodSoak, posted } from './goodSoak.ts'
import { judge } from './judge.ts'

/** The failures after spoiling a good soak, as `kind: id, id`. */
function verdict(spoil: (soak: Draft) => void): string[] {
  const soak = goodSoak()
  spoil(soak)
  return judge(soak).map(({ kind, ids }) => `${kind}: ${ids.join(', ')}`)
}

const first = (soak: Draft) => soak.arrivals[0] as Draft['arrivals'][number]
const event = (id: string, data = `{"serial":${id.slice(4)}}`) => ({ id, type: 'payout.sent', data })

test('nothing is wrong with a good one, and twice is allowed', () => {
  assert.deepEqual(
    verdict(() => {}),
    [],
  )
  assert.deepEqual(
    verdict((soak) => void soak.arrivals.push({ ...first(soak), at: 1500 })),
    [],
  )
})

test('an event that one endpoint did not accept is missing there', () => {
  const refuse = (soak: Draft) => void (first(soak).accepted = false)
  assert.deepEqual(verdict(refuse), ['missing: evt_1 at we_a', 'unlisted: evt_1 at we_a'])
})

test('an event that arrived nowhere is missing and a gap', () => {
  const drop = (soak: Draft) => {
    soak.arrivals = soak.arrivals.filter(({ body }) => !body.includes('evt_3'))
    soak.ending.pulled.get('mer_b')?.shift()
  }
  assert.deepEqual(verdict(drop), [
    'missing: evt_3 at we_b',
    'gap: 1',
    'pulled: 1',
    'unlisted: evt_3 at we_b',
  ])
})

test('an event that was listed under another number, or not at all', () => {
  const swap = (soak: Draft) =>
    void soak.ending.pulled
      .get('mer_b')
      ?.reverse()
      .forEach((one, n) => (one.sequence = n + 1))
  assert.deepEqual(verdict(swap), ['pulled: evt_3 as 1, evt_4 as 2, evt_4 as 1, evt_3 as 2'])
  assert.deepEqual(
    verdict((soak) => void soak.ending.pulled.delete('mer_b')),
    ['pulled: 1, 2', 'pulled: evt_3 as 1, evt_4 as 2'],
  )
})

test('two events with one number leave a gap', () => {
  const same = (soak: Draft) => {
    soak.arrivals = soak.arrivals.filter(({ body }) => !body.includes('evt_3'))
    soak.arrivals.push(posted(event('evt_3'), 2, 'we_b', [OTHER], 2000))
  }
  assert.deepEqual(verdict(same), ['gap: 1', 'double: 2: evt_3 and evt_4', 'pulled: evt_3 as 2, evt_3 as 1'])
})

test('a number after the last one is not the one that lacks', () => {
  const shift = (soak: Draft) => {
    soak.arrivals = soak.arrivals.filter(({ body }) => !body.includes('evt_3'))
    soak.arrivals.push(posted(event('evt_3'), 3, 'we_b', [OTHER], 2000))
    soak.ending.pulled.set('mer_b', [
      { id: 'evt_4', sequence: 2 },
      { id: 'evt_3', sequence: 3 },
    ])
  }
  assert.deepEqual(verdict(shift), ['gap: 1', 'pulled: 1'])
})

test('the same id with another body, and a body that is not what was recorded', () => {
  const other_sequence = posted(event('evt_1'), 7, 'we_a2', [OTHER], 1500)
  assert.ok(verdict((soak) => void soak.arrivals.unshift(other_sequence)).includes('changed: evt_1'))
  const other_data = (soak: Draft) => {
    for (const one of soak.committed) if (one.id === 'evt_3') one.data = '{"serial":3,"more":true}'
  }
  assert.deepEqual(verdict(other_data), ['changed: evt_3'])
  const other_type = (soak: Draft) => {
    for (const one of soak.committed) if (one.id === 'evt_3') one.type = 'payout.failed'
  }
  assert.deepEqual(verdict(other_type), ['changed: evt_3'])
  assert.deepEqual(
    verdict((soak) => void soak.arrivals.push({ ...first(soak), body: 'x' })).filter((line) =>
      line.startsWith('unreadable'),
    ),
    ['unreadable: x'],
  )
})

test('one thing under two ids', () => {
  const twice = posted(event('evt_9', '{"serial":1}'), 3, 'we_a', [OLD], 1500)
  assert.deepEqual(
    verdict((soak) => void soak.arrivals.push(twice)),
    ['unknown: evt_9', 'two_ids: evt_1 and evt_9'],
  )
})

test('what was rolled back, and delivered all the same', () => {
  const undone = posted(event('evt_never', '{"serial":9}'), 3, 'we_a', [OLD], 1500)
  assert.deepEqual(
    verdict((soak) => void soak.arrivals.push(undone)),
    ['rolled_back: evt_never'],
  )
})

test("an event at an endpoint that does not listen, or is another merchant's", () => {
  const stray = posted({ ...event('evt_2'), type: 'checkout.completed' }, 2, 'we_a2', [OTHER], UP + 1)
  assert.deepEqual(
    verdict((soak) => void soak.arrivals.push(stray)),
    ['stray: evt_2 at we_a2'],
  )
  const foreign = posted(event('evt_1'), 1, 'we_b', [OTHER], 1500)
  assert.deepEqual(
    verdict((soak) => void soak.arrivals.push(foreign)),
    ['stray: evt_1 at we_b'],
  )
})

test('signatures: by a secret of nobody, by one header only, too old, before and after their time', () => {
  const arrival = (secrets: string[], at: number) => posted(event('evt_1'), 1, 'we_a', secrets, at)
  const unverified = ['unverified: evt_1 at we_a']
  const after = (one: Draft['arrivals'][number]) => verdict((soak) => void soak.arrivals.push(one))
  assert.deepEqual(after(arrival([OTHER], 1500)), unverified)
  assert.deepEqual(after(arrival([NEW], 1500)), unverified)
  assert.deepEqual(after(arrival([OLD, NEW], DOWN - 1)), [])
  assert.deepEqual(after(arrival([OLD], OLD_ENDS + 1000)), unverified)
  assert.deepEqual(after(arrival([OLD, NEW], OLD_ENDS + 60_000)), ['ended_secret: evt_1 at we_a'])
  const headers = arrival([OTHER], 1500).headers
  const good = arrival([OLD], 1500)
  for (const name of ['x-skiro-signature', 'webhook-signature'])
    assert.deepEqual(after({ ...good, headers: { ...good.headers, [name]: headers[name] } }), unverified)
  assert.deepEqual(after({ ...good, headers: { ...good.headers, 'webhook-id': 'evt_2' } }), unverified)
  assert.deepEqual(after({ ...good, clock_s: good.clock_s + 301 }), unverified)
})

test('retries: early, planned for another time, passed over, and with both numbers of a lost queue', () => {
  const change = (change: (second: Draft['attempts'][number], one: Draft['attempts'][number]) => void) =>
    verdict(({ attempts }) => {
      const [one, second] = attempts.filter(({ event_id }) => event_id === 'evt_4')
      if (one && second) change(second, one)
    })
  const early = ['early: evt_4 at we_b, try 2']
  assert.deepEqual(
    change((second, { due }) => void (second.at = (due ?? 0) - 100)),
    early,
  )
  assert.deepEqual(
    change((_, one) => void (one.due = one.at + 4000)),
    ['off_schedule: evt_4 at we_b, try 2'],
  )
  const passed = verdict((soak) => {
    const third = soak.attempts.find(({ event_id, number }) => event_id === 'evt_4' && number === 3)
    if (third) soak.skips.push({ from: third.at - 400, to: third.at + 11_000 })
    for (const one of soak.attempts)
      if (one.event_id === 'evt_4' && third && one.at >= third.at) {
        one.at += 11_000
        if (one.due !== null) one.due += 11_000
      }
  })
  assert.deepEqual(passed, ['late: evt_4 at we_b, try 3'])
  const twice = verdict(({ attempts }) => {
    const one = attempts.find(({ event_id }) => event_id === 'evt_4')
    if (one?.due) attempts.push({ ...one, at: one.at + 100, due: one.due + 60_000 })
  })
  assert.deepEqual(twice, [])
})

test('an outage that was none: not long enough for its retries, not seen as failing, or forgotten', () => {
  const early = (soak: Draft) => {
    soak.attempts = soak.attempts.filter(({ number }) => number < 3)
  }
  assert.deepEqual(verdict(early), ['no_retry: 60, 300, 1800, 7200'])
  const outage = (spoil: (seen: NonNullable<Draft['outage']>) => void) =>
    verdict((soak) => void (soak.outage && spoil(soak.outage)))
  const we_b = ({ endpoints }: NonNullable<Draft['outage']>) => endpoints[1] as (typeof endpoints)[number]
  assert.deepEqual(
    outage((seen) => void (we_b(seen).failing_since = null)),
    ['not_failing: we_b'],
  )
  assert.deepEqual(
    outage((seen) => void (we_b(seen).failing_since = UP - 1)),
    ['not_failing: we_b'],
  )
  assert.deepEqual(
    outage((seen) => void (we_b(seen).status = 'disabled')),
    ['disabled: we_b'],
  )
  assert.deepEqual(
    outage((seen) => void (we_b(seen).unacknowledged = [])),
    ['unlisted: evt_4 at we_b'],
  )
  assert.deepEqual(
    verdict((soak) => void (soak.outage = null)),
    [],
  )
})

test('what the gateway says at the end', () => {
  assert.deepEqual(
    verdict(({ ending }) => void ending.left.push({ endpoint_id: 'we_a', event_id: 'evt_1' })),
    ['left: evt_1 at we_a'],
  )
  const [end] = goodSoak().ending.endpoints
  assert.deepEqual(
    verdict(
      ({ ending }) =>
        void ending.endpoints.push({ ...end, id: 'we_x', status: 'enabled', unacknowledged: ['evt_1'] }),
    ),
    ['unacknowledged: evt_1 at we_x'],
  )
  assert.deepEqual(
    verdict(
      ({ ending }) => void ending.endpoints.push({ id: 'we_x', status: 'disabled', unacknowledged: [] }),
    ),
    ['disabled: we_x'],
  )
  assert.deepEqual(
    verdict(({ ending }) => void ending.complaints.push('ended')),
    ['gateway: ended'],
  )
})
