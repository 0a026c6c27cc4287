import { signingKeys, webhookHeaders } from '../../../packages/server/src/webhooks/signature.ts'
import { pauseAfter } from './pauses.ts'
import { type Arrival, type Recording, listensTo } from './recording.ts'

type Mutable<T> = T extends readonly (infer One)[]
  ? Mutable<One>[]
  : T extends ReadonlyMap<infer Key, infer Value>
    ? Map<Key, Mutable<Value>>
    : T extends object
      ? { -readonly [Key in keyof T]: Mutable<T[Key]> }
      : T

export type Draft = Mutable<Recording>

const HOUR = 3_600_000
export const [OLD, NEW, OTHER] = [
  'whsec_b2xkIG9sZCBvbGQ=',
  'whsec_bmV3IG5ldyBuZXc=',
  'whsec_b3RoZXIgb3RoZXI=',
]
/** The outage of the good soak, and when its rotated secret ends. */
export const [DOWN, UP, OLD_ENDS] = [10 * HOUR, 16 * HOUR, 13 * HOUR]

/** What arrives when `event` is posted to `endpoint_id`, signed with the secrets. */
export function posted(
  event: { id: string; type: string; data: string },
  sequence: number,
  endpoint_id: string,
  secrets: readonly string[],
  at: number,
  accepted = true,
): Mutable<Arrival> {
  const { id, type, data } = event
  const body = `{"id":"${id}","type":"${type}","sequence":${sequence},"data":${data}}`
  const clock_s = 1_800_000_000 + at / HOUR
  return {
    endpoint_id,
    at,
    clock_s,
    headers: webhookHeaders(id, body, secrets.map(signingKeys), Math.floor(clock_s)),
    body,
    accepted,
  }
}

/** A soak in which nothing went wrong, to be spoiled: one event before the outage and one at its beginning, per merchant. */
export function goodSoak(): Draft {
  const event = (n: number, merchant_id: string, type: string, at: number) => {
    return { id: `evt_${n}`, merchant_id, type, data: `{"serial":${n}}`, at }
  }
  const committed = [
    event(1, 'mer_a', 'payout.sent', 1000),
    event(2, 'mer_a', 'checkout.completed', DOWN),
    event(3, 'mer_b', 'payout.sent', 2000),
    event(4, 'mer_b', 'payout.sent', DOWN),
  ]
  const endpoints = [
    {
      ...{ id: 'we_a', merchant_id: 'mer_a', types: ['*'] },
      secrets: [
        { secret: OLD, from: 0, until: OLD_ENDS },
        { secret: NEW, from: 5000, until: null },
      ],
    },
    {
      id: 'we_a2',
      merchant_id: 'mer_a',
      types: ['payout.sent'],
      secrets: [{ secret: OTHER, from: 0, until: null }],
    },
    { id: 'we_b', merchant_id: 'mer_b', types: ['*'], secrets: [{ secret: OTHER, from: 0, until: null }] },
  ]
  const arrivals: Draft['arrivals'] = []
  const attempts: Draft['attempts'] = []
  for (const one of committed) {
    const sequence = one.at === DOWN ? 2 : 1
    for (const endpoint of endpoints) {
      if (endpoint.merchant_id !== one.merchant_id || !listensTo(endpoint, one.type)) continue
      let at = one.at + 10
      for (let number = 1; ; number++) {
        const accepted = at < DOWN || at > UP
        const live = endpoint.secrets.filter(
          ({ from, until }) => from <= at && (until === null || at < until),
        )
        const secrets = live.map(({ secret }) => secret)
        arrivals.push(posted(one, sequence, endpoint.id, secrets, at, accepted))
        const due = accepted ? null : at + pauseAfter(number)
        attempts.push({ endpoint_id: endpoint.id, event_id: one.id, number, at, due })
        if (due === null) break
        at = due + 500
      }
    }
  }
  const status = 'enabled'
  return {
    ...{ committed, rolled_back: ['evt_never'], endpoints, arrivals, attempts, slack_share: 0.1 },
    skips: [{ from: DOWN + 20, to: DOWN + 5020 }],
    outage: {
      from: DOWN,
      to: UP,
      endpoints: [
        { id: 'we_a', status, failing_since: DOWN + 10, unacknowledged: ['evt_2'] },
        { id: 'we_b', status, failing_since: DOWN + 10, unacknowledged: ['evt_4'] },
      ],
    },
    ending: {
      endpoints: endpoints.map(({ id }) => ({ id, status, unacknowledged: [] })),
      pulled: new Map([
        [
          'mer_a',
          [
            { id: 'evt_1', sequence: 1 },
            { id: 'evt_2', sequence: 2 },
          ],
        ],
        [
          'mer_b',
          [
            { id: 'evt_3', sequence: 1 },
            { id: 'evt_4', sequence: 2 },
          ],
        ],
      ]),
      left: [],
      complaints: [],
    },
  }
}
