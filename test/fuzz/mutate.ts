import { gzipSync } from 'node:zlib'
import { type Draft, ownId, type Scene } from './draft.ts'
import { CONTENT_TYPES, HEADERS, METHODS, ODD_JSON, ODD_PAIRS, ODD_SEGMENTS, ODD_VALUES } from './odd.ts'
import type { Random } from './random.ts'

/** Spoils one thing about a request. */
export type Mutation = (draft: Draft, random: Random, scene: Scene) => void

const setHeader = (draft: Draft, name: string, value: string) => {
  draft.headers = [
    ...draft.headers.filter(([other]) => other.toLowerCase() !== name.toLowerCase()),
    [name, value],
  ]
}
const dropHeader = (draft: Draft, name: string) => {
  draft.headers = draft.headers.filter(([other]) => other.toLowerCase() !== name.toLowerCase())
}
/** The text with `part` put in place of `cut` characters somewhere. */
function splice(random: Random, text: string, part: string, cut = 0): string {
  const at = random.below(text.length + 1)
  return text.slice(0, at) + part + text.slice(at + cut)
}

export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  'another id': (draft, random, scene) => {
    const own = ownId(draft.route, scene)
    const other = random.pick([...Object.values(scene.objects), ...scene.strange_ids, ...ODD_SEGMENTS])
    draft.path = draft.path.replace(own, () => other)
  },
  'an id changed by a character': (draft, random, scene) => {
    const own = ownId(draft.route, scene)
    const changed = splice(
      random,
      own,
      random.pick(['', '0', 'A', '%00', '%', '_', '\xff', '.', '/']),
      random.below(3),
    )
    draft.path = draft.path.replace(own, () => changed)
  },
  'another path': (draft, random) => {
    const segment = random.pick(ODD_SEGMENTS)
    const escaped = (text: string) => `%${text.charCodeAt(0).toString(16).padStart(2, '0')}`
    draft.path = random.pick([
      `${draft.path}/`,
      `${draft.path}/${segment}`,
      `/${draft.path}`,
      draft.path.toUpperCase(),
      `/${segment}${draft.path}`,
      splice(random, draft.path, segment),
      draft.path.replace(/[a-z_]/g, (letter) => (random.chance(0.3) ? escaped(letter) : letter)),
      `${draft.path}#${segment}`,
      `http://localhost${draft.path}`,
      `/${segment}`,
    ])
    if (!/^(?:\/|http)/.test(draft.path)) draft.path = `/${draft.path}`
    draft.path = draft.path.replaceAll(' ', '%20')
  },
  'an odd query': (draft, random) => {
    const known = [...draft.route.filters, ...draft.route.slots.filter((slot) => slot.in === 'query')]
    const name = known.length > 0 ? random.pick(known).name : 'limit'
    const pair = random.pick(ODD_PAIRS).replaceAll('NAME', () => name)
    draft.query = random.chance(0.5) ? [pair] : [...draft.query, pair]
    if (random.chance(0.2)) draft.query.push(random.pick(draft.query))
  },
  'another method': (draft, random) => {
    draft.method = random.pick(METHODS)
  },
  'another key': (draft, random, scene) => {
    const { key } = scene
    const value = random.pick([
      ...scene.other_keys.map((other) => `Bearer ${other}`),
      ...ODD_VALUES.map((odd) => `Bearer ${odd}`),
      ...ODD_VALUES,
      ...[
        `bearer ${key}`,
        `Bearer  ${key}`,
        `Bearer\t${key}`,
        `Bearer ${key} `,
        `Bearer ${key}, x`,
        `Basic ${key}`,
      ],
      ...[
        key,
        `Bearer ${key.toUpperCase()}`,
        `Bearer ${key}x`,
        `Bearer ${key.slice(0, -1)}`,
        `Bearer sk_test_`,
      ],
      `Bearer ${splice(random, key, random.pick(['\xff', 'O', ' ', '_', '0']), random.below(2))}`,
    ])
    if (random.chance(0.1)) dropHeader(draft, 'Authorization')
    else if (random.chance(0.2)) draft.headers.push(['Authorization', value])
    else setHeader(draft, 'Authorization', value)
  },
  'an odd Idempotency-Key': (draft, random) => {
    draft.headers.push(['Idempotency-Key', random.pick(ODD_VALUES)])
    if (random.chance(0.2)) draft.headers.push(['Idempotency-Key', random.pick(ODD_VALUES)])
  },
  'another Content-Type': (draft, random) => {
    if (random.chance(0.2)) dropHeader(draft, 'Content-Type')
    else setHeader(draft, 'Content-Type', random.pick(CONTENT_TYPES))
    draft.body ??= Buffer.from('{}')
  },
  'an odd header': (draft, random) => {
    draft.headers.push([
      random.pick(HEADERS),
      random.pick([...ODD_VALUES, '100-continue', 'gzip', 'chunked']),
    ])
    if (random.chance(0.1)) dropHeader(draft, 'Host')
    if (random.chance(0.2)) draft.headers.push(...Array.from({ length: random.below(900) }, namedByNumber))
  },
  'an odd field': (draft, random) => changeJson(draft, random, (body) => replaceSomewhere(random, body)),
  'a field too many': (draft, random) =>
    changeJson(draft, random, (body) => {
      const name = random.pick([
        'status',
        'merchant_id',
        'id',
        'livemode',
        'fee',
        '',
        'constructor',
        'a.b',
        'toString',
        'x',
      ])
      return { ...body, [name]: placeholder() }
    }),
  'a field missing': (draft, random) =>
    changeJson(draft, random, (body) => {
      const names = Object.keys(body)
      const gone = names.length > 0 ? random.pick(names) : ''
      return Object.fromEntries(Object.entries(body).filter(([name]) => name !== gone))
    }),
  'a trap as a key': (draft, random) => {
    const text = (draft.body ?? Buffer.from('{}')).toString('latin1')
    const again = /^\{("[^"]*":)/.exec(text)?.[1] ?? '"amount":'
    const pair = random.pick([
      `${again}1`,
      '"__proto__":{"status":"completed"}',
      '"constructor":{"prototype":{"a":1}}',
      '"\\u005f_proto__":1',
      '"metadata":{"__proto__":1}',
      '"metadata":{"a":"1","\\u0061":"2"}',
      '"metadata":{"\\\\":"1"}',
      '"metadata":{"\\u0000":"1"}',
      '"metadata":{"constructor":"1","toString":"2","length":"3","then":"4","toJSON":"5"}',
    ])
    draft.body = Buffer.from(
      text.replace(/^\{"?/, (start) => `{${pair}${start === '{' ? '' : ',"'}`),
      'latin1',
    )
    if (draft.body.length > 2) setHeader(draft, 'Content-Type', 'application/json')
  },
  'another body': (draft, random) => {
    const body = draft.body ?? Buffer.from('{}')
    draft.body = random.pick([
      () => Buffer.alloc(0),
      () => Buffer.from(random.pick(ODD_JSON), 'latin1'),
      () => body.subarray(0, random.below(body.length + 1)),
      () => Buffer.concat([body, body]),
      () => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), body]),
      () => Buffer.from(body.toString(), 'utf16le'),
      () => gzipSync(body),
      () => Buffer.from(`[${body.toString('latin1')}]`, 'latin1'),
      () => Buffer.from(Array.from({ length: random.below(300) }, () => random.below(256))),
      () =>
        Buffer.from(
          splice(
            random,
            body.toString('latin1'),
            random.pick(['\0', '\xff', '"', '{', ',', '\\', '\n']),
            random.below(2),
          ),
          'latin1',
        ),
      () => Buffer.from(body.toString('latin1').padEnd(64 * 1024 + random.below(3) - 1), 'latin1'),
      () => Buffer.from('['.repeat(random.below(60_000)), 'latin1'),
      () => Buffer.from('amount=49.99&currency=USD'),
      () => Buffer.from('<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///b">]><a>&b;</a>'),
    ])()
    if (random.chance(0.9)) setHeader(draft, 'Content-Type', 'application/json')
    draft.chunked = random.chance(0.2)
  },
}

const namedByNumber = (_: unknown, index: number): [string, string] => [`X-${index}`, 'y']

/** Changes the body as an object, and then puts odd values where placeholders stand. */
function changeJson(draft: Draft, random: Random, change: (body: Record<string, unknown>) => object): void {
  let body: unknown = {}
  try {
    body = JSON.parse(String(draft.body ?? '{}'))
  } catch {
    // An earlier mutation has spoilt it.
  }
  const text = JSON.stringify(change(Object.assign({}, body)))
  draft.body = Buffer.from(
    Buffer.from(text)
      .toString('latin1')
      .replaceAll(`"${MARK}"`, () => random.pick(ODD_JSON)),
    'latin1',
  )
  setHeader(draft, 'Content-Type', 'application/json')
}

const MARK = '(odd value)'
const placeholder = () => MARK

/** The value with a part of it, or all of one field, replaced. */
function replaceSomewhere(random: Random, value: object): object {
  const names = Object.keys(value)
  if (names.length === 0) return { x: placeholder() }
  const name = random.pick(names)
  const part = (value as Record<string, unknown>)[name]
  const is_object = typeof part === 'object' && part !== null
  const changed = is_object && random.chance(0.5) ? replaceSomewhere(random, part) : placeholder()
  if (Array.isArray(value))
    return value.map((entry, at) => (String(at) === name ? changed : entry) as unknown)
  return { ...value, [name]: changed }
}
