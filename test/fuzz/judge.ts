import { ERRORS, type ErrorCode } from '../../packages/server/src/lib/errors.ts'
import type { OpenApi, Route } from '../api/matrix/document.ts'
import type { Answer } from './exchange.ts'

/** What every answer says about itself, by name. */
const HEADERS: Readonly<Record<string, RegExp>> = {
  'request-id': /^req_[0-9a-z]{26}$/,
  'x-content-type-options': /^nosniff$/,
  'content-security-policy': /default-src 'none'/,
  'referrer-policy': /./,
}

/** What only our own side may see, by what it gives away. */
const LEAKS: Readonly<Record<string, RegExp>> = {
  'a stack trace': /(?:^|\n|\\n)\s+at (?:async )?\S+ ?\(?|\bat \S+ \(\S+:\d+:\d+\)/,
  'a path of our files': /node_modules|file:\/\/|node:internal|\/(?:src|usr|home|work|app|opt|tmp)\/\w/,
  'the name of an error':
    /\b(?:Type|Range|Reference|Syntax|Assertion|Skiro|Provider|Zod|Database|Fastify|Aggregate)Error\b|\bE(?:CONN|PIPE|RR_)\w*|\bFST_\w+|\bHPE_\w+/,
  'words of JavaScript':
    /Cannot read propert|is not a function|is not iterable|undefined|\[object \w+\]|Unexpected (?:token|end)/,
  'a statement':
    /\bselect\b.+\bfrom\b|\binsert\s+into\b|\bdelete\s+from\b|\bupdate\b.+\bset\b|\breturning\b.+\bwhere\b/is,
  'words of PostgreSQL':
    /invalid input syntax|invalid byte sequence|out of range for type|violates|relation "|column "|duplicate key|unsupported Unicode|could not serialize|deadlock|cannot be cast|server closed the connection/i,
}

/** What is wrong with an answer to whatever request: nothing, if the server is well. */
export function complaintsAbout(answer: Answer, doc_base: string): string[] {
  const { status, headers, body } = answer
  const text = `${[...headers].map(([name, value]) => `${name}: ${value}`).join('\n')}\n\n${body}`
  const is_page = headers.get('content-type')?.startsWith('text/') ?? false
  // The documentation tells people what an answer must not show.
  const is_document = status === 200 && (is_page || body.startsWith('{"openapi":'))
  const missing = Object.entries(HEADERS).filter(([name, shape]) => !shape.test(headers.get(name) ?? ''))
  const leaks = Object.entries(LEAKS).filter(([, pattern]) => pattern.test(text))
  return [
    ...(status >= 500 ? [`status ${status}`] : []),
    ...missing.map(([name]) => `header ${name} is ${headers.get(name) ?? 'missing'}`),
    ...(is_document ? [] : leaks.map(([what]) => `it shows ${what}`)),
    ...(status >= 400 && !is_page && body !== '' ? errorComplaints(answer, doc_base) : []),
  ]
}

const FIELDS = new Set(['error', 'message', 'param', 'request_id', 'doc_url'])

/** What is wrong with the body of an error. */
function errorComplaints({ status, headers, body }: Answer, doc_base: string): string[] {
  if (!/^application\/json\b/.test(headers.get('content-type') ?? '')) return ['an error that is no JSON']
  const error = readObject(body)
  if (!error) return ['an error that is no JSON object']
  const code = String(error.error)
  const expected = Object.hasOwn(ERRORS, code) ? ERRORS[code as ErrorCode].status : null
  const texts = Object.values(error).every((value) => typeof value === 'string' && value !== '')
  return [
    ...(expected === null ? [`error code ${code} is in no table`] : []),
    ...(expected !== null && expected !== status ? [`error ${code} with status ${status}`] : []),
    ...Object.keys(error).flatMap((name) => (FIELDS.has(name) ? [] : [`an error has no field ${name}`])),
    ...(texts ? [] : ['a field of the error is no text, or empty']),
    ...(error.request_id === headers.get('request-id') ? [] : ['request_id is not the header Request-Id']),
    ...(error.doc_url === `${doc_base}/docs/errors/${code}` ? [] : [`doc_url is ${String(error.doc_url)}`]),
  ]
}

function readObject(body: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null
  } catch {
    return null
  }
}

type Responses = Readonly<Record<string, unknown>>

/** What is wrong with an answer of this route beyond that: a status or an error code that the document does not name. */
export function undocumented(document: OpenApi, route: Route, { status, body }: Answer): string[] {
  const method = (route.method === 'HEAD' ? 'GET' : route.method).toLowerCase()
  const operation = document.paths[route.path]?.[method] as { responses?: Responses } | undefined
  const answers = operation?.responses
  if (!answers) return []
  const described = answers[String(status)]
  if (described === undefined)
    return [`the document has no answer ${status} to ${route.method} ${route.path}`]
  const error = status >= 400 ? readObject(body)?.['error'] : undefined
  // The codes of a status stand in the name of a shared answer or in its schema.
  if (typeof error !== 'string' || new RegExp(`["/]${error}"`).test(JSON.stringify(described))) return []
  return [`the document has no error ${error} from ${route.method} ${route.path}`]
}
