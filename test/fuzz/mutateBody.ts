import { gzipSync } from 'node:zlib'
import { type Draft, setHeader } from './draft.ts'
import type { Mutation } from './mutate.ts'
import { ODD_JSON, ODD_TYPES } from './odd/json.ts'
import { type Random, splice } from './random.ts'

const latin1 = (text: string) => Buffer.from(text, 'latin1')

/** A field, or a part of one, with another value; one missing; one too many. */
export const changeBody: Mutation = (draft, random) => {
  const body = objectIn(draft)
  const names = Object.keys(body)
  const [name = ''] = names.length > 0 ? [random.pick(names)] : []
  const extra = ['status', 'merchant_id', 'id', 'livemode', '', 'constructor', 'a.b', 'toString', 'x']
  const [, changed] = random.pick([
    ...Array.from({ length: 6 }, () => [0, replaceSomewhere(random, body)] as const),
    [1, { ...body, [random.pick(extra)]: MARK }] as const,
    [2, Object.fromEntries(Object.entries(body).filter(([other]) => other !== name))] as const,
  ])
  const odd = () => random.pick(random.chance(0.5) ? ODD_TYPES : ODD_JSON)
  draft.body = latin1(Buffer.from(JSON.stringify(changed)).toString('latin1').replaceAll(`"${MARK}"`, odd))
  setHeader(draft, 'Content-Type', 'application/json')
}

/** Stands where an odd value is to come: some of those are no JSON. */
const MARK = '(odd value)'

function objectIn(draft: Draft): Record<string, unknown> {
  try {
    return { ...(JSON.parse(String(draft.body ?? '{}')) as object) }
  } catch {
    // An earlier mutation has spoilt it.
    return {}
  }
}

function replaceSomewhere(random: Random, value: object): object {
  const names = Object.keys(value)
  if (names.length === 0) return { x: MARK }
  const name = random.pick(names)
  const part = (value as Record<string, unknown>)[name]
  const goes_in = typeof part === 'object' && part !== null && random.chance(0.5)
  const changed = goes_in ? replaceSomewhere(random, part) : MARK
  if (Array.isArray(value)) return value.map((entry: unknown, at) => (String(at) === name ? changed : entry))
  return { ...value, [name]: changed }
}

/** Keys that stand twice, or that programs stumble over. */
export const nameTrap: Mutation = (draft, random) => {
  const text = (draft.body ?? latin1('{}')).toString('latin1')
  const [, again = '"amount":'] = /^\{("[^"]*":)/.exec(text) ?? []
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
  draft.body = latin1(text.replace(/^\{(?=(")?)/, (_, more) => `{${pair}${more ? ',' : ''}`))
  setHeader(draft, 'Content-Type', 'application/json')
}

/** Bytes of another sort. */
export const anotherBody: Mutation = (draft, random) => {
  const body = draft.body ?? latin1('{}')
  const text = body.toString('latin1')
  draft.body = random.pick([
    () => Buffer.alloc(0),
    () => latin1(random.pick(ODD_JSON)),
    () => body.subarray(0, random.below(body.length + 1)),
    () => Buffer.concat([body, body]),
    () => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), body]),
    () => Buffer.from(body.toString(), 'utf16le'),
    () => gzipSync(body),
    () => latin1(`[${text}]`),
    () => Buffer.from(Array.from({ length: random.below(300) }, () => random.below(256))),
    () =>
      latin1(splice(random, text, random.pick(['\0', '\xff', '"', '{', ',', '\\', '\n']), random.below(2))),
    () => latin1(text.padEnd(64 * 1024 + random.below(3) - 1)),
    () => latin1('['.repeat(random.below(60_000))),
    () => latin1('amount=49.99&currency=USD'),
    () => latin1('<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///b">]><a>&b;</a>'),
  ])()
  if (random.chance(0.9)) setHeader(draft, 'Content-Type', 'application/json')
  draft.chunked = random.chance(0.2)
}
