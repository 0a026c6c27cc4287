import type { Source } from './source.ts'

/** A rule about one file's text. `find` gives the positions of what is wrong. */
type Rule = {
  readonly message: string
  readonly holds_in: (path: string) => boolean
  readonly find: (source: Source) => number[]
}

const SERVER = 'packages/server/src/'
const isServer = (path: string, except: RegExp) =>
  path.startsWith(SERVER) && !isTest(path) && !except.test(path.slice(SERVER.length))

/** Test code: it may import anything. */
export const isTest = (path: string) => /\.test\.ts$|^test\//.test(path)
// Conformance suites are tests too, which adapters run.
const mayBeLonger = (path: string) => isTest(path) || path.includes('/adapters/conformance/')

const isCode = (path: string) => /\.(?:ts|mts|mjs|js)$/.test(path)
const positions = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map((found) => found.index)
const inCode = (pattern: RegExp) => (source: Source) => positions(source.code, pattern)
const inText = (pattern: RegExp) => (source: Source) => positions(source.text, pattern)

// Texts for people start with these verbs too, but neither in one case throughout nor with the words around them.
const ONE_CASE = /^\s*(?:[a-z]+|[A-Z]+)\b/
const SQL =
  /^\s*(?:select\b[^]*?(?:\bfrom\b|\w\()|select\s+[\d$*]|insert\s+into\b|update\s+\w+(?:\s+\w+)?\s+set\b|delete\s+from\b|with\s+(?:recursive\s+)?\w+\s*(?:\([^)]*\)\s*)?as\s*(?:(?:not\s+)?materialized\s*)?\(|(?:create|alter|drop)\s+(?:table|index|database|schema|function)\b|truncate\s|lock\s+table\b)/i

function findSql({ code, quoted }: Source): number[] {
  const calls = positions(code, /\.query\s*(?:<[^()]*>)?\s*\(/g)
  const asked = /\.query\s*(?:<[^()]*>)?\s*\(\s*$/
  const loose = quoted.filter(
    ({ at, text }) =>
      ONE_CASE.test(text) && SQL.test(text) && !asked.test(code.slice(Math.max(0, at - 200), at)),
  )
  return [...calls, ...loose.map(({ at }) => at)]
}

const findLong = (limit: number) => (source: Source) =>
  source.text.trimEnd().split('\n').length > limit ? [source.text.trimEnd().length] : []

export const RULES: readonly Rule[] = [
  {
    message: 'process.env is read only in config.ts',
    holds_in: (path) => isServer(path, /^config\.ts$|\/browser\//),
    find: inCode(/\bprocess\s*\??\.\s*env\b/g),
  },
  {
    message: 'the clock is read only in lib/clock.ts',
    // The browser's clock is another machine's.
    holds_in: (path) => isServer(path, /^lib\/clock\.ts$|\/browser\//),
    find: inCode(/\bDate\s*\.\s*now\b|\bnew\s+Date\b(?!\s*\(\s*[^)\s])/g),
  },
  {
    message: 'SQL stands only in db/, store.ts and *Store.ts',
    holds_in: (path) => isServer(path, /^db\/|(?:^|\/)(?:store|\w+Store)\.ts$/),
    find: findSql,
  },
  {
    message: 'amounts become floating point only in lib/money.ts',
    holds_in: (path) => isServer(path, /^lib\/money\.ts$/),
    find: inCode(
      /\bparseFloat\s*\(|\.toFixed\s*\(|\bNumber\s*\(\s*[\w.?!]*(?:amount|balance|price|gross|payout_value)\b/gi,
    ),
  },
  {
    message: 'the CLI reaches the gateway through the SDK; what it asks of others stands in http/',
    holds_in: (path) =>
      path.startsWith('packages/cli/src/') && !isTest(path) && !path.startsWith('packages/cli/src/http/'),
    find: inText(/\bfetch\s*\(|\b(?:from|import)\s*\(?\s*['"](?:node:)?(?:https?|http2|net|tls)['"]/g),
  },
  {
    message: 'over 300 lines: split it',
    holds_in: (path) => isCode(path) && !mayBeLonger(path),
    find: findLong(300),
  },
  {
    message: 'over 500 lines: split it',
    holds_in: (path) => isCode(path) && mayBeLonger(path),
    find: findLong(500),
  },
  {
    message: 'a path of one machine',
    holds_in: () => true,
    find: inText(/(?<![\w./:@~-])\/(?:work|root|home\/\w+|Users\/\w+)\/\w|\b[A-Z]:\\\\?Users\b/g),
  },
  // Spelt so that this file does not find itself.
  { message: 'do it or drop it', holds_in: () => true, find: inText(/\b(?:TO[D]O|FIX[M]E)\b/g) },
]
