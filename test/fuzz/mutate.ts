import type { Draft, Scene } from './draft.ts'
import { anotherBody, changeBody, nameTrap } from './mutateBody.ts'
import { anotherId, anotherKey, anotherMethod, anotherPath, anotherType, changeId } from './mutateHead.ts'
import { oddHeader, oddIdempotencyKey, oddQuery } from './mutateHead.ts'
import type { Random } from './random.ts'

/** Spoils one thing about a request. */
export type Mutation = (draft: Draft, random: Random, scene: Scene) => void

type Share = { readonly mutation: Mutation; readonly share: number }

/** Each as often as its share, among those that fit the route. */
const EVERYWHERE: readonly Share[] = [
  { mutation: anotherPath, share: 2 },
  { mutation: oddQuery, share: 2 },
  { mutation: anotherMethod, share: 1 },
  { mutation: anotherKey, share: 2 },
  { mutation: oddIdempotencyKey, share: 1 },
  { mutation: anotherType, share: 1 },
  { mutation: oddHeader, share: 1 },
  { mutation: anotherBody, share: 1 },
]
const WITH_ID: readonly Share[] = [
  { mutation: anotherId, share: 4 },
  { mutation: changeId, share: 2 },
]
const WITH_QUERY: readonly Share[] = [{ mutation: oddQuery, share: 10 }]
const WITH_BODY: readonly Share[] = [
  { mutation: changeBody, share: 16 },
  { mutation: nameTrap, share: 2 },
  { mutation: anotherBody, share: 4 },
  { mutation: anotherType, share: 1 },
]

const LEAVES_THE_ROUTE: ReadonlySet<Mutation> = new Set([anotherPath, anotherId, changeId, anotherMethod])

/** Spoils up to three things about the request. Returns whether it still goes to its route, with its id. */
export function mutate(draft: Draft, random: Random, scene: Scene): boolean {
  const { route } = draft
  const shares = [
    ...EVERYWHERE,
    ...(route.path.includes('{') ? WITH_ID : []),
    ...(route.filters.length > 0 ? WITH_QUERY : []),
    ...(route.bodies.length > 0 ? WITH_BODY : []),
  ]
  const mutations = shares.flatMap(({ mutation, share }) => Array.from({ length: share }, () => mutation))
  const chosen = Array.from({ length: random.pick([0, 1, 1, 1, 1, 2, 2, 3]) }, () => random.pick(mutations))
  for (const mutation of chosen) mutation(draft, random, scene)
  return !chosen.some((mutation) => LEAVES_THE_ROUTE.has(mutation))
}
