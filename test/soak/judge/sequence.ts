import { readBody } from './bodies.ts'
import { type Failure, type Recording, failure } from './recording.ts'

/** Whether each merchant's events are numbered 1 to n, each number once, in what arrived and in what can be pulled. */
export function judgeSequence({ committed, arrivals, ending }: Recording): Failure[] {
  const numbers = new Map<string, number>()
  for (const arrival of arrivals) {
    const posted = readBody(arrival)
    if (posted) numbers.set(posted.id, posted.sequence)
  }
  const failures: Failure[] = []
  for (const [merchant_id, events] of Map.groupBy(committed, (event) => event.merchant_id)) {
    const arrived = events.flatMap(({ id }) => {
      const sequence = numbers.get(id)
      return sequence === undefined ? [] : [{ id, sequence }]
    })
    const pulled = ending.pulled.get(merchant_id) ?? []
    failures.push(
      ...failure('gap', `${merchant_id}: numbers that did not arrive`, gaps(arrived, events.length)),
      ...failure(
        'pulled',
        `${merchant_id}: numbers that GET /v1/events does not list`,
        gaps(pulled, events.length),
      ),
      ...failure('double', `${merchant_id}: events with one number`, doubles(arrived)),
      ...failure('pulled', `${merchant_id}: listed otherwise than posted`, differences(arrived, pulled)),
    )
  }
  return failures
}

type Numbered = { readonly id: string; readonly sequence: number }

function gaps(events: readonly Numbered[], count: number): string[] {
  const there = new Set(events.map(({ sequence }) => sequence))
  return Array.from({ length: count }, (_, place) => place + 1)
    .filter((number) => !there.has(number))
    .map(String)
}

function doubles(events: readonly Numbered[]): string[] {
  return [...Map.groupBy(events, ({ sequence }) => sequence)]
    .filter(([, same]) => same.length > 1)
    .map(([sequence, same]) => `${sequence}: ${same.map(({ id }) => id).join(' and ')}`)
}

function differences(arrived: readonly Numbered[], pulled: readonly Numbered[]): string[] {
  const words = (events: readonly Numbered[]) =>
    new Set(events.map(({ id, sequence }) => `${id} as ${sequence}`))
  return [...words(arrived).symmetricDifference(words(pulled))]
}
