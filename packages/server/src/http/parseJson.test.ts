import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { SkiroError } from '../lib/errors.ts'
import { parseJson, parseJsonBytes } from './parseJson.ts'

/** Asserts that the text, or these bytes, are refused: in these words, naming this field. */
function refused(body: string | Uint8Array, message: RegExp, param?: string): void {
  assert.throws(
    () => (typeof body === 'string' ? parseJson(body) : parseJsonBytes(body)),
    (error) => {
      assert.ok(error instanceof SkiroError, String(error))
      assert.deepEqual([error.code, error.param], ['invalid_request', param])
      assert.match(error.message, message)
      return true
    },
    String(body).slice(0, 60),
  )
}

const bytes = (...parts: (string | number)[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.of(part))))

describe('numbers', () => {
  test('that JavaScript writes the same way stay numbers', () => {
    for (const text of [
      '0',
      '1',
      '49.99',
      '-5',
      '0.5',
      '999999.99',
      '9007199254740991',
      '1e+21',
      '0.000001',
    ]) {
      assert.equal(parseJson(text), Number(text))
    }
  })

  test('whose digits would be lost arrive as their digits', () => {
    const changed = [
      ['49.990', '1.0', '1e2', '1E2', '-0', '-0.0', '0.0', '1e21', '1e999', '-1e999', '5e-400', '0.0000001'],
      ['9007199254740993', '0.1000000000000000055511151231257827', '99999999999999999999', '4.999e1'],
    ].flat()
    for (const text of changed) assert.equal(parseJson(text), text)
  })

  test('wherever they stand', () => {
    assert.deepEqual(parseJson('{"amount":49.990,"metadata":{"a":[1e2,{"b":-0}]},"n":7}'), {
      amount: '49.990',
      metadata: { a: ['1e2', { b: '-0' }] },
      n: 7,
    })
    assert.deepEqual(parseJson(' [ 1.0 , -0 , "2.0" , 3e0 ] '), ['1.0', '-0', '2.0', '3e0'])
  })

  test('are never another number', () => {
    const literal = fc.stringMatching(/^-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?$/)
    fc.assert(
      fc.property(literal, (text) => assert.equal(String(parseJson(text)), text)),
      { numRuns: 2000 },
    )
  })

  test('are no keys, also when they would be put in quotes', () => {
    for (const text of [
      '{-0:1}',
      '{1.0:1}',
      '{"a":1,1e2 \n:2}',
      '{1.0}',
      '[1.0 "a"]',
      '[-0-0]',
      '1.0.0',
      '["a"-0]',
    ])
      refused(text, /not valid JSON/)
  })
})

describe('keys', () => {
  test('that stand twice are named', () => {
    refused('{"amount":1,"amount":1}', /^amount appears twice\. Send it once\.$/, 'amount')
    refused('{"a":1,"metadata":{"x":{"y":1,"z":2},"x":3}}', /^metadata\.x appears twice/, 'metadata.x')
    refused('[{"a":1},{"a":1,"b":"a","a":1}]', /^1\.a appears twice/, '1.a')
    refused('{"a":1,"\\u0061":2}', /^a appears twice/, 'a')
    refused('{"":1,"":2}', /^A key without a name appears twice/)
    refused(`{"${'k'.repeat(5000)}":1,"${'k'.repeat(5000)}":2}`, /^k{100}… appears/, `${'k'.repeat(100)}…`)
  })

  test('may stand in several objects, and as texts', () => {
    const text = '{"a":{"a":1},"b":[{"a":1},{"a":2}],"c":"a","d":["b","b"]}'
    assert.deepEqual(parseJson(text), JSON.parse(text))
  })

  test('__proto__ is refused at any depth and however it is spelled', () => {
    refused('{"__proto__":{"status":"completed"}}', /^Remove the key __proto__\.$/, '__proto__')
    refused('{"metadata":{"__proto__":null}}', /metadata\.__proto__/, 'metadata.__proto__')
    refused('[{"a":[{"__proto__":1}]}]', /__proto__/, '0.a.0.__proto__')
    refused('{"\\u005f_proto__":1}', /__proto__/, '__proto__')
    refused('{"__proto__":1,"__proto__":2}', /Remove/, '__proto__')
    assert.equal(({} as { status?: string }).status, undefined)
    assert.deepEqual(parseJson('{"proto":1,"a":"__proto__"}'), { proto: 1, a: '__proto__' })
  })

  test('are read as they are written, whatever keys other bodies had', () => {
    // Makes V8 remember an object whose second key is a backslash; it then takes an escape for that key.
    assert.deepEqual(JSON.parse('{"poisoned":{},"\\\\":1}'), { poisoned: {}, '\\': 1 })
    const text = '{"poisoned":{},"\\u0062":1}'
    assert.deepEqual(parseJson(text), { poisoned: {}, b: 1 })
    assert.deepEqual(parseJson('{"caf\\u00e9":1,"\\u65e5\\u672c" :"\\/","a\\/b":2}'), {
      café: 1,
      日本: '/',
      'a/b': 2,
    })
  })

  test('hold nothing that JSON has to escape', () => {
    const message = /^Keys of metadata must not contain quotes, backslashes or control characters\.$/
    for (const key of ['\\\\', '\\"', '\\n', 'a\\tb', '\\u0000', '\\u005c', '\\u0022', '\\ufffg', '\\x'])
      refused(`{"metadata":{"a":1,"${key}" :2}}`, message, 'metadata')
    refused('{"\\\\":1}', /^Keys must not contain/)
    refused('[{"a":[{"\\b":1}]}]', /^Keys of 0\.a\.0 must not/, '0.a.0')
  })

  test('that every object inherits are keys like any other', () => {
    for (const key of [
      'constructor',
      'prototype',
      'toString',
      'hasOwnProperty',
      'valueOf',
      '__defineGetter__',
    ]) {
      const value = parseJson(`{"${key}":{"prototype":"x"}}`) as Record<string, unknown>
      assert.deepEqual(Object.entries(value), [[key, { prototype: 'x' }]])
      refused(`{"${key}":1,"${key}":2}`, /twice/, key)
    }
  })
})

describe('texts', () => {
  test('that cannot be stored are named', () => {
    refused('{"a":"x\\u0000"}', /^a must not contain NUL or broken Unicode\.$/, 'a')
    refused('{"metadata":{"k":"\\uD83D"}}', /NUL or broken/, 'metadata.k')
    refused('{"metadata":{"\\udE00":"v"}}', /NUL or broken/, 'metadata.\ufffd')
    refused('{"a":["b","\\ude00\\ud83d"]}', /NUL or broken/, 'a.1')
    refused('"\\u0000"', /^The body must not contain NUL/)
  })

  test('may hold whole pairs, escapes, and escapes of escapes', () => {
    for (const text of [
      '"\\ud83d\\ude00"',
      '"\\\\u0000"',
      '"\\\\\\\\ud800"',
      '"\\\\"',
      '"\\"\\\\\\""',
      '"\\u00e9"',
    ])
      assert.equal(parseJson(text), JSON.parse(text))
    assert.equal(parseJson('"\u{1f600} é \ufffd \ufffe"'), '\u{1f600} é \ufffd \ufffe')
  })
})

describe('size', () => {
  const nested = (levels: number) => `${'['.repeat(levels)}1${']'.repeat(levels)}`

  test('eight levels pass, nine do not', () => {
    assert.deepEqual(parseJson(nested(8)), JSON.parse(nested(8)))
    assert.deepEqual(parseJson(`{"a":"[[[[[[[[[[","b":${nested(7)}}`), {
      a: '[[[[[[[[[[',
      b: JSON.parse(nested(7)),
    })
    refused(nested(9), /^The body is nested more than 8 levels deep\.$/)
    refused(`{"a":1,"deep":${nested(8)}}`, /^deep is nested more than 8/, 'deep')
    refused(`{"a":1,"b":{"c":"x","d":${nested(7)}}}`, /^b is nested more than 8/, 'b')
  })

  test('five hundred values pass, one more does not', () => {
    const list = (count: number) => `[${Array.from({ length: count }, (_, n) => n).join(',')}]`
    const object = (count: number) => `{${Array.from({ length: count }, (_, n) => `"k${n}":1`).join(',')}}`
    for (const text of [list(500), object(500)]) assert.deepEqual(parseJson(text), JSON.parse(text))
    for (const text of [list(501), object(501)]) refused(text, /^The body has more than 500 values/)
    assert.equal(parseJson(`"${','.repeat(600)}"`), ','.repeat(600))
  })

  test('bombs of 64 KB are refused at once', () => {
    const room = 64 * 1024
    const bombs = [
      [
        '[',
        '{"a":',
        '[1,',
        '1,',
        '{"a":1},',
        '"',
        '\\',
        '\\"',
        '{"":',
        '-',
        '-0,',
        '7',
        '1e',
        '{"a":[',
        '\u0000',
      ],
      [',', ':', '{},', '[],', '"a":', ' ', '[{', '"\\u0000"', '\ufeff'],
    ].flat()
    const start = performance.now()
    for (const bomb of bombs) {
      for (const head of ['', '{"a":', '["', '[']) {
        const text = head + bomb.repeat(room / Buffer.byteLength(bomb))
        try {
          assert.equal(typeof parseJson(text), 'string', `${head}${bomb}`)
        } catch (error) {
          assert.ok(error instanceof SkiroError, String(error))
        }
      }
    }
    // A hundred of them; each should take a fraction of a millisecond.
    assert.ok(performance.now() - start < 2000)
  })
})

describe('what is not JSON', () => {
  test('is refused', () => {
    for (const text of [
      ['', ' ', '{', '}', '{"a":}', "{'a':1}", '{"a":1,}', '[1,]', '{a:1}', 'undefined', 'NaN', 'Infinity'],
      ['+1', '01', '1.', '.5', '0x10', '"', '"\n"', '"\\x41"', '{"a":1}{"b":2}', 'amount=49.99', '<xml/>'],
      [
        '// comment\n{}',
        'null null',
        'tru',
        '{"a":١}',
        '"\u0000"',
        '\u0000',
        '{"a":1}\u0000',
        '-',
        '--1',
        '1e',
      ],
    ].flat()) {
      refused(text, /^The body is not valid JSON\.$/)
    }
  })

  test('a byte order mark is named', () => {
    refused('\ufeff{}', /byte order mark/)
    refused(bytes(0xef, 0xbb, 0xbf, '{}'), /byte order mark/)
  })
})

describe('bytes', () => {
  test('in UTF-8 are read', () => {
    assert.deepEqual(parseJsonBytes(bytes('{"name":"é 日本 \u{1f600}","n":1.0}')), {
      name: 'é 日本 \u{1f600}',
      n: '1.0',
    })
  })

  test('in anything else are refused, never mended', () => {
    const broken = [[0xff], [0xc3], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf8, 0x88, 0x80, 0x80, 0x80], [0xe9]]
    for (const wrong of [...broken, [0xf5, 0x80, 0x80, 0x80], [0x80]]) {
      refused(bytes('{"a":"', ...wrong, '"}'), /^The body is not valid UTF-8\.$/)
    }
    refused(bytes(0xff, 0xfe, '{', 0, '}', 0), /UTF-8/)
    refused(Buffer.from('{"a":1}', 'utf16le'), /not valid JSON/)
    refused(bytes(0x1f, 0x8b, 8, 0), /UTF-8/)
  })
})
