import { type Answer, type Call, type Request, bytesOf } from './call.ts'
import type { Body, Route, Slot } from './document.ts'

/** One object per kind, by its id; `order_id` is what a session's metadata says. */
export type Objects = Readonly<Record<string, string>>

/** A valid key with full scope, and objects that it may see. */
export type Party = { readonly key: string; readonly objects: Objects }

export type Matrix = {
  readonly call: Call
  readonly routes: readonly Route[]
  /** Whose objects are asked for, with a second key that may only read. */
  readonly owner: Party & { readonly read_key: string }
  /** Parties that must not see the owner's objects, by what they are. */
  readonly strangers: Readonly<Record<string, Party>>
  /** Keys that are not valid, by what is wrong with them; undefined: none is sent. */
  readonly bad_keys: Readonly<Record<string, string | undefined>>
}

const WRITES = (route: Route) => route.method !== 'GET' && route.method !== 'HEAD'
const nameOf = (route: Route, slot?: Slot, kind?: string) =>
  `${route.method} ${route.path}${slot ? `, ${kind} in ${slot.in} ${slot.name}` : ''}`

/**
 * Asks every route for every object in every place where an id can stand, with every key. Returns what is wrong, each
 * with the route's name: nothing, when no answer tells a stranger more than that the object is absent.
 */
export async function complaintsOf(matrix: Matrix): Promise<string[]> {
  const { complaints, homes } = await findHomes(matrix)
  const [refused, forbidden] = [oneRefusal(), oneRefusal()]
  for (const route of matrix.routes) {
    const probes = route.slots.flatMap((slot) =>
      Object.entries(matrix.owner.objects).flatMap(([kind, id]) => probesOf(route, slot, kind, id, homes)),
    )
    const plain = route.slots.some((slot) => slot.in === 'path') ? [] : plainProbes(route)
    const all = [...probes, ...plain]
    // Routes one after the other: a complaint about one must not come from another.
    const found = await Promise.all([
      ...all.map((probe) => askBadKeys(matrix, probe, refused)),
      ...all.map((probe) => askReader(matrix, probe, forbidden)),
      ...probes.map((probe) => askStrangers(matrix, probe)),
    ])
    complaints.push(...found.flat())
  }
  complaints.push(...refused.complaints(), ...forbidden.complaints())
  return [...new Set(complaints)]
}

/** One way to ask a route. `fill` puts `id` and, elsewhere, the asking party's own objects into the request. */
type Probe = {
  readonly name: string
  readonly route: Route
  readonly id: string
  readonly fill: (own: Objects, id: string) => Omit<Request, 'key'>
}

/** By path up to its id: the kind of object that lives there. */
type Homes = ReadonlyMap<string, string>

/** `/v1/webhooks/{id}/rotate` belongs to what `/v1/webhooks/{id}` shows, a test helper to what it helps with. */
export const homeOf = (path: string) => path.replace('/test_helpers/', '/').replace(/(\{\w+\})[^{}]*$/, '$1')

/** Test helpers are for test keys only. */
export const isTestHelper = ({ path }: Route) => path.startsWith('/v1/test_helpers/')

/** Learns from the owner's own answers which kind of object each path takes. A path that takes none is a complaint. */
export async function findHomes({
  call,
  routes,
  owner,
}: Pick<Matrix, 'call' | 'routes' | 'owner'>): Promise<{ complaints: string[]; homes: Homes }> {
  const homes = new Map<string, string>()
  const complaints: string[] = []
  for (const route of routes.filter(({ slots }) => slots.some((slot) => slot.in === 'path'))) {
    const path = homeOf(route.path)
    if (homes.has(path)) continue
    for (const [kind, id] of Object.entries(owner.objects)) {
      const url = path.replace(/\{\w+\}$/, encodeURIComponent(id))
      if ((await call({ method: 'GET', url, key: owner.key })).status === 200) homes.set(path, kind)
    }
    if (!homes.has(path)) complaints.push(`${nameOf(route)}: the test has no object that GET ${path} shows`)
  }
  return { complaints, homes }
}

function probesOf(route: Route, slot: Slot, kind: string, id: string, homes: Homes): Probe[] {
  return bodiesFor(route).map((body) => ({
    name: nameOf(route, slot, kind),
    route,
    id,
    fill(own, id) {
      const home = homes.get(homeOf(route.path)) ?? ''
      const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) =>
        encodeURIComponent(slot.in === 'path' && slot.name === name ? id : (own[home] ?? '')),
      )
      const query = slot.in === 'query' ? `?${encodeURIComponent(slot.name)}=${encodeURIComponent(id)}` : ''
      const whole = slot.in === 'body' ? { ...body, [slot.name]: id } : body
      return { method: route.method, url: path + query, body: whole }
    },
  }))
}

/** Also none at all, and one that no route takes: whoever may not ask must not learn what is wrong with it. */
const bodiesFor = (route: Route): (Body | undefined)[] =>
  WRITES(route) ? [undefined, ...route.bodies, { nonsense: 1 }] : [undefined]

/** Asks a route that names no object: as it is, and with each filter. */
export function plainProbes(route: Route): Probe[] {
  const ask = (url: string, body?: Body): Probe => ({
    name: `${nameOf(route)} as ${url}`,
    route,
    id: '',
    fill: () => ({ method: route.method, url, body }),
  })
  const filtered = route.filters.flatMap(({ name, values }) =>
    values.map((value) => ask(`${route.path}?${encodeURIComponent(name)}=${encodeURIComponent(value)}`)),
  )
  return [...bodiesFor(route).map((body) => ask(route.path, body)), ...(WRITES(route) ? [] : filtered)]
}

/** The answer for an object is the answer for one that does not exist. */
async function askStrangers({ call, strangers }: Matrix, { name, id, fill }: Probe): Promise<string[]> {
  const found = Object.entries(strangers).map(async ([who, { key, objects }]) => {
    const ask = (id: string) => call({ ...fill(objects, id), key })
    const there = await ask(id)
    const complaints = there.status >= 500 ? [`${name}: ${who} is answered ${there.status}`] : []
    // On both sides: a cursor that finds the object itself puts what comes after it elsewhere than its neighbour does.
    for (const neighbour of [absentBelow(id), absentLike(id)]) {
      const absent = bytesOf(await ask(neighbour), neighbour)
      complaints.push(...differ(`${name}: ${who} sees that it exists`, bytesOf(there, id), absent))
    }
    return complaints
  })
  return (await Promise.all(found)).flat()
}

/** A read key sees what its owner sees, and may change nothing, whether it exists or not. */
async function askReader(
  { call, owner }: Matrix,
  { name, route, id, fill }: Probe,
  refusals: Refusals,
): Promise<string[]> {
  const { key, read_key, objects } = owner
  const asked = [fill(objects, id), ...(id === '' ? [] : [fill(objects, absentLike(id))])]
  const found = asked.map(async (request) => {
    const answer = await call({ ...request, key: read_key })
    if (!WRITES(route)) {
      const theirs = await call({ ...request, key })
      return differ(`${name}: a read key sees something else`, bytesOf(answer), bytesOf(theirs))
    }
    if (answer.status !== 403) return [`${name}: a read key is answered ${answer.status} ${answer.text}`]
    refusals.note(name, 'a read key', answer)
    return []
  })
  return (await Promise.all(found)).flat()
}

/** Every bad key gets the same bytes on every route, for every object. HEAD is the same answer without its text. */
async function askBadKeys(
  { call, owner, bad_keys }: Matrix,
  { name, route, id, fill }: Probe,
  refusals: Refusals,
): Promise<string[]> {
  const asked = [fill(owner.objects, id), ...(id === '' ? [] : [fill(owner.objects, absentLike(id))])]
  const found = Object.entries(bad_keys).map(async ([what, key]) => {
    const answers = await Promise.all(asked.map((request) => call({ ...request, key })))
    if (route.method !== 'HEAD')
      for (const answer of answers) refusals.note(name, `a key that is ${what}`, answer)
    return answers
      .filter(({ status }) => status !== 401)
      .map(({ status, text }) => `${name}: a key that is ${what} is answered ${status} ${text}`)
  })
  return (await Promise.all(found)).flat()
}

/** Refusals that must all be the same bytes, wherever they come from. */
function oneRefusal() {
  const seen = new Map<string, string>()
  return {
    note(name: string, who: string, answer: Answer): void {
      const bytes = bytesOf(answer)
      if (!seen.has(bytes)) seen.set(bytes, `${name}: ${who}`)
    },
    complaints(): string[] {
      const [first, ...others] = [...seen]
      return others.flatMap(([bytes, name]) =>
        differ(`${name} is refused in other words`, bytes, first?.[0] ?? ''),
      )
    },
  }
}

type Refusals = ReturnType<typeof oneRefusal>

/** Says where two answers differ first. */
function differ(what: string, a: string, b: string): string[] {
  if (a === b) return []
  const [mine, theirs] = [a.split('\n'), b.split('\n')]
  const line = mine.findIndex((text, index) => text !== theirs[index])
  return [`${what}: ${mine[line] ?? '(nothing)'} or ${theirs[line] ?? '(nothing)'}`]
}

const LETTERS = '0123456789abcdefghjkmnpqrstvwxyz'

/** A text of the same shape that names nothing and stands close behind `id` in every order. */
export const absentLike = (id: string) => neighbour(id, 1)

/** The same, close before it. */
const absentBelow = (id: string) => neighbour(id, -1)

function neighbour(id: string, step: 1 | -1): string {
  const at = [...id].findLastIndex(
    (letter) => LETTERS.includes(letter) && LETTERS[LETTERS.indexOf(letter) + step],
  )
  return id.slice(0, at) + LETTERS[LETTERS.indexOf(id[at] ?? '') + step] + id.slice(at + 1)
}
