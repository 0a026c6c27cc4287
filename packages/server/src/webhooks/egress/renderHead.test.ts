import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { HEAD_MAX_BYTES, renderHead } from './renderHead.ts'

const bytes = (text: string) => Buffer.from(text)

describe('renderHead', () => {
  test('status line, headers, empty line, body', () => {
    const headers = ['Location', 'https://shop.example/', 'X-Name', 'Söhne'].map(bytes)
    assert.equal(
      renderHead(301, 'Moved Permanently', headers, bytes('line\r\nline\tend')),
      'HTTP/1.1 301 Moved Permanently\nLocation: https://shop.example/\nX-Name: Söhne\n\nline\nline\tend',
    )
    assert.equal(renderHead(204, '', [], bytes('')), 'HTTP/1.1 204')
  })

  test('what moves cursors, turns text around or cannot be stored is replaced', () => {
    const evil = [
      '\u0000',
      '\u001b',
      '\r',
      '\u0007',
      '\u007f',
      '\u0085',
      '\u009b',
      '\u202e',
      '\u2066',
      '\u200f',
    ]
    for (const sign of [...evil, '\u2028', '\ufeff', '\u{e0041}', '\ue000'])
      assert.equal(renderHead(200, 'OK', [], bytes(`a${sign}b`)), 'HTTP/1.1 200 OK\n\na\ufffdb', escape(sign))
    const header = [bytes('x'), bytes('\u001b]0;owned\u0007')]
    assert.equal(
      renderHead(200, 'O\u001bK', header, bytes('')),
      'HTTP/1.1 200 O\ufffdK\nx: \ufffd]0;owned\ufffd',
    )
  })

  test('a compressed body is named, not shown', () => {
    const headers = [bytes('Content-Encoding'), bytes('gzip')]
    assert.match(renderHead(200, 'OK', headers, Buffer.from([0x1f, 0x8b, 8])), /\n\n\(a body in gzip\)$/)
  })

  test('whatever comes, it is at most 4 KB of sound text', () => {
    const anything = fc.uint8Array({ maxLength: 3 * HEAD_MAX_BYTES }).map((array) => Buffer.from(array))
    const words = fc.string({ unit: 'binary', maxLength: HEAD_MAX_BYTES }).map(bytes)
    fc.assert(
      fc.property(fc.array(anything), fc.oneof(anything, words), (headers, body) => {
        const head = renderHead(200, 'OK', headers, body)
        assert.ok(Buffer.byteLength(head) <= HEAD_MAX_BYTES)
        assert.ok(head.isWellFormed())
        // oxlint-disable-next-line no-control-regex
        assert.doesNotMatch(head, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/)
        assert.ok(head.startsWith('HTTP/1.1 200 OK'))
      }),
    )
  })

  test('a character is not cut in two', () => {
    const head = renderHead(200, 'OK', [], bytes('€'.repeat(HEAD_MAX_BYTES)))
    assert.match(head, /^HTTP\/1\.1 200 OK\n\n€+$/)
    assert.ok(Buffer.byteLength(head) > HEAD_MAX_BYTES - 3)
  })
})
