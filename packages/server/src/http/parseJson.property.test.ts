import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { SkiroError } from '../lib/errors.ts'
import { parseJson } from './parseJson.ts'

/** A JSON text as a tree: objects keep every pair, numbers their spelling. */
type Tree =
  | { readonly pairs: readonly (readonly [string, Tree])[] }
  | { readonly entries: readonly Tree[] }
  | { readonly number: string }
  | { readonly leaf: string | boolean | null }

/** What our rules say about a text that JSON.parse accepts, judged from its tree. */
function isAllowed(tree: Tree, depth = 0): boolean {
  if ('leaf' in tree) return typeof tree.leaf !== 'string' || isStorable(tree.leaf)
  if ('number' in tree) return true
  if (depth === 8) return false
  if ('entries' in tree) return tree.entries.every((entry) => isAllowed(entry, depth + 1))
  const keys = tree.pairs.map(([key]) => key)
  const are_good = keys.every((key) => key !== '__proto__' && isStorable(key) && needsNoEscape(key))
  return (
    are_good && new Set(keys).size === keys.length && tree.pairs.every(([, v]) => isAllowed(v, depth + 1))
  )
}

const needsNoEscape = (key: string) => JSON.stringify(key) === `"${key}"`
const isStorable = (text: string) => !/\0|\p{Surrogate}/u.test(text)

function commasOf(tree: Tree): number {
  const children = 'pairs' in tree ? tree.pairs.map(([, v]) => v) : 'entries' in tree ? tree.entries : []
  return Math.max(0, children.length - 1) + children.reduce((sum, child) => sum + commasOf(child), 0)
}

function valueOf(tree: Tree): unknown {
  if ('leaf' in tree) return tree.leaf
  if ('number' in tree) return String(Number(tree.number)) === tree.number ? Number(tree.number) : tree.number
  if ('entries' in tree) return tree.entries.map(valueOf)
  return Object.fromEntries(tree.pairs.map(([key, child]) => [key, valueOf(child)]))
}

/** A plain reader of RFC 8259, written for this test alone; JSON.parse has accepted the text before. */
function readTree(text: string): Tree {
  let rest = text
  const take = (pattern: RegExp) => {
    const [token = ''] = pattern.exec(rest) ?? []
    rest = rest.slice(token.length)
    return token
  }
  const space = () => take(/^[ \t\r\n]*/)
  const list = <T>(close: RegExp, one: () => T): T[] => {
    const found: T[] = []
    rest = rest.slice(1)
    space()
    while (!take(close)) {
      space()
      found.push(one())
      space()
      take(/^,/)
    }
    return found
  }
  const string = () => String(JSON.parse(take(/^"(?:[^"\\]|\\[^])*"/)))
  const value = (): Tree => {
    space()
    if (rest.startsWith('{')) {
      const pair = () => [string(), (space(), take(/^:/), value())] as const
      return { pairs: list(/^\}/, pair) }
    }
    if (rest.startsWith('[')) return { entries: list(/^\]/, value) }
    if (rest.startsWith('"')) return { leaf: string() }
    const word = take(/^(?:true|false|null)/)
    return word ? { leaf: JSON.parse(word) as boolean | null } : { number: take(/^[-+.0-9eE]+/) }
  }
  return value()
}

/** The whole rule: accepted exactly when JSON.parse accepts and our rules hold, and then with this value. */
function judge(text: string): 'not JSON' | 'refused' | 'accepted' {
  let is_json = true
  try {
    JSON.parse(text)
  } catch {
    is_json = false
  }
  const tree = is_json ? readTree(text) : null
  const allowed = tree !== null && isAllowed(tree) && commasOf(tree) < 500
  let value: unknown
  try {
    value = parseJson(text)
  } catch (error) {
    assert.ok(error instanceof SkiroError && error.code === 'invalid_request', String(error))
    assert.equal(allowed, false, `refused: ${error.message}`)
    return is_json ? 'refused' : 'not JSON'
  }
  assert.ok(tree && allowed, 'accepted')
  assert.deepEqual(value, valueOf(tree))
  return 'accepted'
}

const space = fc.stringMatching(/^[ \t\r\n]{0,2}$/)
const number = fc.oneof(
  fc.stringMatching(/^-?(0|[1-9][0-9]{0,18})(\.[0-9]{1,18})?([eE][+-]?[0-9]{1,3})?$/),
  fc.double({ noDefaultInfinity: true, noNaN: true }).map(String),
  fc.integer().map(String),
)
const odd = fc.constantFrom(
  '__proto__',
  'constructor',
  'a',
  'b',
  '',
  '\0',
  '\ud800',
  '"',
  '\\',
  ',',
  ':',
  '{"a":[',
  '1.0',
)
const string = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f') },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
  { weight: 1, arbitrary: odd },
)
/** A string as JSON, any of its characters written as escapes. */
const quoted = fc.tuple(string, fc.infiniteStream(fc.integer({ min: 0, max: 9 }))).map(([text, dice]) => {
  const units = text.split('').map((unit) => {
    const hex = `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
    return dice.next().value === 0 || unit === '\ud800' ? hex : JSON.stringify(unit).slice(1, -1)
  })
  return `"${units.join('')}"`
})

/** Texts that are JSON, spaces anywhere, keys repeated now and then, some too deep. */
const { json } = fc.letrec<{ json: string }>((tie) => {
  const padded = (part: fc.Arbitrary<string>) => fc.tuple(space, part, space).map((parts) => parts.join(''))
  const pair = fc.tuple(padded(quoted), padded(tie('json'))).map((parts) => parts.join(':'))
  const several = (part: fc.Arbitrary<string>) =>
    fc.oneof(fc.array(part, { maxLength: 4 }), fc.array(part, { minLength: 1, maxLength: 1 }))
  return {
    json: fc.oneof(
      { maxDepth: 10, depthIdentifier: fc.createDepthIdentifier() },
      fc.oneof(number, quoted, fc.constantFrom('true', 'false', 'null')),
      several(pair).map((pairs) => `{${pairs.join(',')}}`),
      several(padded(tie('json'))).map((entries) => `[${entries.join(',')}]`),
    ),
  }
})

/** Pieces that make a text nearly JSON, or JSON of another shape. */
const piece = fc.constantFrom(
  ...[
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '\\',
    '0',
    '1',
    '-',
    '.',
    'e',
    'E',
    '+',
    ' ',
    '\n',
    '\t',
    'a',
    'null',
  ],
  ...[
    '"a"',
    '"a":',
    '{"a":',
    '{}',
    '[]',
    '1.0',
    '-0',
    '1e2',
    '9007199254740993',
    '\\u0000',
    '"\\ud800"',
    '\0',
  ],
  ...['"__proto__":1', '"constructor":1', '\ufeff', '١', 'true', '""', '\\"', '\\\\', '[[[[[[[[', ']]]]]]]]'],
)

const changed = fc
  .tuple(json, fc.array(fc.tuple(fc.nat(), fc.nat({ max: 3 }), piece), { minLength: 1, maxLength: 4 }))
  .map(([text, changes]) =>
    changes.reduce((was, [at, cut, put]) => {
      const start = at % (was.length + 1)
      return was.slice(0, start) + put + was.slice(start + cut)
    }, text),
  )
  // No bytes of UTF-8 make half a surrogate pair.
  .map((text) => text.toWellFormed())

describe('accepted exactly when JSON.parse accepts and our rules hold, with the same value', () => {
  const verdicts = new Map<string, number>()
  const holds = (texts: fc.Arbitrary<string>, numRuns: number) => {
    verdicts.clear()
    fc.assert(
      fc.property(texts, (text) => {
        const verdict = judge(text)
        verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1)
      }),
      { numRuns },
    )
    return Object.fromEntries(verdicts)
  }

  test('any JSON text', () => {
    const { accepted = 0, refused = 0, ...others } = holds(json, 4000)
    assert.ok(accepted > 1000 && refused > 200, JSON.stringify({ accepted, refused }))
    assert.deepEqual(others, {})
  })

  test('any JSON text with a few changes', () => {
    const { accepted = 0, refused = 0, 'not JSON': broken = 0 } = holds(changed, 8000)
    assert.ok(accepted > 100 && refused > 50 && broken > 2000, JSON.stringify({ accepted, refused, broken }))
  })

  test('any row of pieces', () => {
    const row = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''))
    const { accepted = 0, 'not JSON': broken = 0 } = holds(row, 8000)
    assert.ok(accepted > 100 && broken > 2000, JSON.stringify({ accepted, broken }))
  })
})
