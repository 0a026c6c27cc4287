import type { Scene } from './draft.ts'
import type { Random } from './random.ts'

/** Bytes for a connection that make no request, or one that proxies read in two ways. */
export type Garbage = {
  readonly name: string
  readonly pieces: readonly Buffer[]
  /** Without it the server has to wait for more, and may. */
  readonly hang_up?: boolean
  /** The statuses that it must be answered with. Without them: whatever is right for a bad request, or nothing. */
  readonly statuses?: readonly number[]
  /** Where this request ends is not certain, so nothing after it may be answered. */
  readonly ambiguous?: boolean
}

const latin1 = (text: string) => Buffer.from(text, 'latin1')
const lines = (...all: string[]) => latin1(`${all.join('\r\n')}\r\n\r\n`)

/** Everything of this kind that we know. Some of it is made when it is asked for: it is large, or random. */
export function garbageOf(random: Random, { key }: Scene): readonly (() => Garbage)[] {
  const inner = 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n'
  const last = 'GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'
  const json = ['Host: x', `Authorization: Bearer ${key}`, 'Content-Type: application/json']
  const post = (framing: readonly string[], body: string) =>
    latin1(`POST /v1/checkout HTTP/1.1\r\n${[...json, ...framing].join('\r\n')}\r\n\r\n${body}`)
  const shape = (name: string, framing: readonly string[], body: string, status?: number): Garbage => ({
    name: `framing: ${name}`,
    pieces: [post([...framing, 'Connection: close'], body)],
    ...(status !== undefined && { statuses: [status] }),
  })
  const stops = (...args: Parameters<typeof shape>): Garbage => ({ ...shape(...args), hang_up: true })
  const smuggle = (name: string, framing: readonly string[], body: string): Garbage => ({
    name: `framing: ${name}`,
    pieces: [post(framing, body + last)],
    ambiguous: true,
  })
  const first = (name: string, ...all: string[]): Garbage => ({
    name,
    pieces: [lines(...all)],
    hang_up: !all.some((line) => /^connection:.*\bclose$/i.test(line)),
  })
  const noise = () => Buffer.from(Array.from({ length: 1 + random.below(2000) }, () => random.below(256)))
  return [
    () => first('empty lines', '', '', ''),
    () => first('no version', 'GET /healthz'),
    () => first('version 9', 'GET /healthz HTTP/9.9', 'Host: x'),
    () => first('version 0.9', 'GET /healthz HTTP/0.9', 'Host: x'),
    () => first('lower case', 'get /healthz http/1.1', 'Host: x'),
    () => first('no method', ' /healthz HTTP/1.1', 'Host: x'),
    () => first('unknown method', 'BREW /coffee HTTP/1.1', 'Host: x'),
    () => first('two spaces', 'GET  /healthz HTTP/1.1', 'Host: x'),
    () => first('NUL in the path', 'GET /heal\0thz HTTP/1.1', 'Host: x'),
    () => first('space in the path', 'GET /heal thz HTTP/1.1', 'Host: x'),
    () => first('authority as target', 'GET localhost:80 HTTP/1.1', 'Host: x'),
    () => first('asterisk as target', 'GET * HTTP/1.1', 'Host: x', 'Connection: close'),
    () => first('asterisk to OPTIONS', 'OPTIONS * HTTP/1.1', 'Host: x', 'Connection: close'),
    () => first('CONNECT', 'CONNECT example.com:443 HTTP/1.1', 'Host: example.com:443'),
    () =>
      first('upgrade', 'GET /v1/checkout HTTP/1.1', 'Host: x', 'Connection: upgrade', 'Upgrade: websocket'),
    () =>
      first(
        'upgrade to h2c',
        'GET /v1/payouts HTTP/1.1',
        'Host: x',
        'Connection: upgrade, close',
        'Upgrade: h2c',
      ),
    () => first('HTTP/2 preface', 'PRI * HTTP/2.0', '', 'SM'),
    () => first('no Host', 'GET /v1/payouts HTTP/1.1', 'Connection: close'),
    () => first('header without a colon', 'GET /healthz HTTP/1.1', 'Host: x', 'nonsense'),
    () => first('header without a name', 'GET /healthz HTTP/1.1', 'Host: x', ': value'),
    () => first('space before the colon', 'GET /healthz HTTP/1.1', 'Host: x', 'X-A : b'),
    () => first('NUL in a header', 'GET /healthz HTTP/1.1', 'Host: x', 'X-A: a\0b'),
    () => first('folded header', 'GET /healthz HTTP/1.1', 'Host: x', 'X-A: a', '  b', 'Connection: close'),
    () => first('bare CR', 'GET /healthz HTTP/1.1', 'Host: x', 'X-A: a\rX-B: b', 'Connection: close'),
    () =>
      first('other expectation', 'GET /v1/payouts HTTP/1.1', 'Host: x', 'Expect: tea', 'Connection: close'),
    () => ({
      name: 'bare LF',
      pieces: [latin1('GET /healthz HTTP/1.1\nHost: x\nConnection: close\n\n')],
      hang_up: true,
    }),
    () => ({
      name: 'TLS hello',
      pieces: [latin1('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03abcdef')],
      hang_up: true,
    }),
    () => ({ name: 'SSH', pieces: [latin1('SSH-2.0-OpenSSH_9.9\r\n')], hang_up: true }),
    () => ({ name: 'noise', pieces: [noise()], hang_up: true }),
    () => ({ name: 'noise in pieces', pieces: [noise(), noise(), noise()], hang_up: true }),
    () => ({ name: 'noise after a method', pieces: [latin1('POST '), noise()], hang_up: true }),
    () => ({ name: 'nothing', pieces: [], hang_up: true }),
    () => ({ name: 'half a head', pieces: [latin1('GET /v1/checkout HTTP/1.1\r\nHost: ')], hang_up: true }),

    () =>
      first(
        'many headers',
        'GET /healthz HTTP/1.1',
        'Host: x',
        ...Array.from({ length: 4000 }, (_, n) => `X-${n}: y`),
      ),
    () => first('a long header', 'GET /healthz HTTP/1.1', 'Host: x', `X-A: ${'a'.repeat(200_000)}`),
    () => first('a long header name', 'GET /healthz HTTP/1.1', 'Host: x', `${'a'.repeat(20_000)}: b`),
    () => first('a long path', `GET /${'a'.repeat(15_000)} HTTP/1.1`, 'Host: x', 'Connection: close'),
    () => first('a longer path', `GET /${'a'.repeat(100_000)} HTTP/1.1`, 'Host: x'),
    () =>
      first(
        'a long query',
        `GET /v1/payouts?${'a=b&'.repeat(3700)} HTTP/1.1`,
        'Host: x',
        `Authorization: Bearer ${key}`,
        'Connection: close',
      ),
    () => first('a long method', `${'A'.repeat(20_000)} / HTTP/1.1`, 'Host: x'),

    () => smuggle('both', ['Content-Length: 4', 'Transfer-Encoding: chunked'], `0\r\n\r\n`),
    () => smuggle('both, the other way', ['Transfer-Encoding: chunked', 'Content-Length: 6'], `0\r\n\r\nG`),
    () =>
      smuggle(
        'both, with no length',
        ['Content-Length: 0', 'Transfer-Encoding: chunked'],
        `5\r\n{"a":\r\n0\r\n\r\n`,
      ),
    () => smuggle('chunked twice', ['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'], `0\r\n\r\n`),
    () => smuggle('chunked and identity', ['Transfer-Encoding: chunked, identity'], `0\r\n\r\n`),
    () => smuggle('an unknown coding', ['Transfer-Encoding: xchunked'], `0\r\n\r\n`),
    () => smuggle('a coding in disguise', ['Transfer-Encoding:\x0bchunked'], `0\r\n\r\n`),
    () =>
      smuggle('a space before the colon', ['Transfer-Encoding : chunked', 'Content-Length: 5'], `0\r\n\r\n`),
    () => smuggle('two lengths', ['Content-Length: 2', 'Content-Length: 40'], `{}`),
    () => smuggle('two lengths in one', ['Content-Length: 2, 40'], `{}`),
    () => shape('the same length twice', ['Content-Length: 2', 'Content-Length: 2'], `{}${inner}`),
    () => smuggle('a length with a sign', ['Content-Length: +2'], `{}`),
    () => smuggle('a negative length', ['Content-Length: -2'], `{}`),
    () => smuggle('a length in hex', ['Content-Length: 0x2'], `{}`),
    () => smuggle('a length with a comma', ['Content-Length: 2,'], `{}`),
    () => shape('a length that overflows', ['Content-Length: 18446744073709551618'], '{}'),
    () => shape('a length that is none', ['Content-Length: two'], '{}'),
    () => shape('an empty length', ['Content-Length: '], '{}'),
    () => shape('a length beyond the limit', ['Content-Length: 10000000000'], '', 413),
    () => stops('a body that stops', ['Content-Length: 1000'], '{"amount":'),
    () => stops('a chunk that stops', ['Transfer-Encoding: chunked'], '40\r\n{"amount":'),
    () => stops('chunks that stop', ['Transfer-Encoding: chunked'], '2\r\n{}\r\n'),
    () => shape('a chunk size that is none', ['Transfer-Encoding: chunked'], 'zz\r\n{}\r\n0\r\n\r\n'),
    () => shape('a negative chunk size', ['Transfer-Encoding: chunked'], '-2\r\n{}\r\n0\r\n\r\n'),
    () =>
      shape(
        'a chunk size that overflows',
        ['Transfer-Encoding: chunked'],
        'fffffffffffffffff\r\n{}\r\n0\r\n\r\n',
      ),
    () => stops('a huge chunk', ['Transfer-Encoding: chunked'], 'ffffffff\r\n{}'),
    () =>
      shape(
        'long chunk extensions',
        ['Transfer-Encoding: chunked'],
        `2;${'a'.repeat(100_000)}\r\n{}\r\n0\r\n\r\n`,
      ),
    () => shape('many small chunks', ['Transfer-Encoding: chunked'], '1\r\n \r\n'.repeat(66_000)),
    () => smuggle('chunks with bare LF', ['Transfer-Encoding: chunked'], `2\n{}\n0\n\n`),
    () =>
      shape(
        'an odd trailer',
        ['Transfer-Encoding: chunked', 'Trailer: X'],
        '2\r\n{}\r\n0\r\nContent-Length: 5\r\n\r\n',
      ),
    () => shape('a body beyond the limit', ['Content-Length: 70000'], ' '.repeat(70_000), 413),
    () => shape('a body far beyond the limit', ['Content-Length: 2000000'], ' '.repeat(2_000_000)),
    () =>
      shape(
        'a long body in chunks',
        ['Transfer-Encoding: chunked'],
        `20000\r\n${' '.repeat(0x20000)}\r\n0\r\n\r\n`,
      ),
    () =>
      shape('a promise to continue, beyond the limit', ['Content-Length: 70000', 'Expect: 100-continue'], ''),
    () => ({
      name: 'a body that comes in drops',
      pieces: [
        post(['Content-Length: 20', 'Connection: close'], ''),
        ...('{"amount":49.99,"x":'.match(/.{1,4}/g)?.map(latin1) ?? []),
      ],
    }),
    () => ({
      name: 'requests in a row',
      pieces: [
        latin1(inner),
        latin1(inner),
        lines('GET /nothing/is/here HTTP/1.1', 'Host: x'),
        lines('GET /healthz HTTP/1.1', 'Host: x', 'Connection: close'),
      ],
      statuses: [200, 200, 404, 200],
    }),
    () => ({
      name: 'a GET with a body, and another request',
      pieces: [
        latin1(`GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello${inner}`),
        lines('GET /healthz HTTP/1.1', 'Host: x', 'Connection: close'),
      ],
      statuses: [200, 200, 200],
    }),
  ]
}
