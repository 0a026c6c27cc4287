import { dropHeader, setHeader } from './draft.ts'
import type { Mutation } from './mutate.ts'
import { CONTENT_TYPES, HEADERS, ODD_VALUES } from './odd/headers.ts'
import { METHODS } from './odd/methods.ts'
import { ODD_PAIRS, WRONG_PAIRS } from './odd/pairs.ts'
import { ODD_SEGMENTS } from './odd/segments.ts'
import { splice } from './random.ts'

/** Other objects' ids, strangers' ids, no ids. */
export const anotherId: Mutation = (draft, random, scene) => {
  const others = random.pick([
    [...scene.objects.values()].flat(),
    scene.strange_ids,
    ODD_SEGMENTS,
    ODD_SEGMENTS,
  ])
  const other = others.length > 0 ? random.pick(others) : ''
  draft.path = draft.path.replace(draft.id, () => other)
}

export const changeId: Mutation = (draft, random) => {
  const part = random.pick(['', '0', 'A', '%00', '%', '_', '\xff', '.', '/'])
  const changed = splice(random, draft.id, part, random.below(3))
  draft.path = draft.path.replace(draft.id, () => changed)
}

export const anotherPath: Mutation = (draft, random) => {
  const { path } = draft
  const segment = random.pick(ODD_SEGMENTS)
  const escaped = (text: string) => `%${text.charCodeAt(0).toString(16).padStart(2, '0')}`
  const other = random.pick([
    `${path}/`,
    `${path}/${segment}`,
    `/${path}`,
    path.toUpperCase(),
    `/${segment}${path}`,
    splice(random, path, segment, 0),
    path.replace(/[a-z_]/g, (letter) => (random.chance(0.3) ? escaped(letter) : letter)),
    `${path}#${segment}`,
    `http://localhost${path}`,
    `/${segment}`,
  ])
  draft.path = (/^(?:\/|http)/.test(other) ? other : `/${other}`).replaceAll(' ', '%20')
}

export const oddQuery: Mutation = (draft, random) => {
  const { filters, slots } = draft.route
  const known = [...filters, ...slots.filter((slot) => slot.in === 'query')].map(({ name }) => name)
  const name = known.length > 0 ? random.pick(known) : 'limit'
  const pair = random.pick(random.chance(0.4) ? WRONG_PAIRS : ODD_PAIRS).replaceAll('NAME', () => name)
  draft.query = random.chance(0.5) ? [pair] : [...draft.query, pair]
  if (random.chance(0.2)) draft.query.push(random.pick(draft.query))
}

export const anotherMethod: Mutation = (draft, random) => {
  draft.method = random.pick(METHODS)
}

export const anotherKey: Mutation = (draft, random, scene) => {
  const { key } = scene
  const changed = splice(random, key, random.pick(['\xff', 'O', ' ', '_', '0']), random.below(2))
  const value = random.pick([
    ...scene.other_keys.map((other) => `Bearer ${other}`),
    ...ODD_VALUES.map((odd) => (random.chance(0.5) ? `Bearer ${odd}` : odd)),
    ...[`bearer ${key}`, `Bearer  ${key}`, `Bearer\t${key}`, `Bearer ${key} `, `Bearer ${key}, x`],
    ...[`Basic ${key}`, key, `Bearer ${key.toUpperCase()}`, `Bearer ${key}x`, `Bearer ${key.slice(0, -1)}`],
    ...['Bearer sk_test_', 'Bearer', `Bearer ${changed}`],
  ])
  if (random.chance(0.1)) dropHeader(draft, 'Authorization')
  else if (random.chance(0.2)) draft.headers.push(['Authorization', value])
  else setHeader(draft, 'Authorization', value)
}

export const oddIdempotencyKey: Mutation = (draft, random) => {
  draft.headers.push(['Idempotency-Key', random.pick(ODD_VALUES)])
  if (random.chance(0.2)) draft.headers.push(['Idempotency-Key', random.pick(ODD_VALUES)])
}

export const anotherType: Mutation = (draft, random) => {
  const common = ['text/plain', 'text/html', 'application/x-www-form-urlencoded', 'multipart/form-data']
  if (random.chance(0.2)) dropHeader(draft, 'Content-Type')
  else setHeader(draft, 'Content-Type', random.pick(random.chance(0.5) ? common : CONTENT_TYPES))
  draft.body ??= Buffer.from('{}')
}

export const oddHeader: Mutation = (draft, random) => {
  draft.headers.push([random.pick(HEADERS), random.pick([...ODD_VALUES, '100-continue', 'gzip', 'chunked'])])
  if (random.chance(0.1)) dropHeader(draft, 'Host')
  const count = random.chance(0.2) ? random.below(900) : 0
  draft.headers.push(...Array.from({ length: count }, (_, n): [string, string] => [`X-${n}`, 'y']))
}
