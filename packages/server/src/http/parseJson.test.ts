import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { SkiroError } from '../lib/errors.ts'
import { parseJson } from './parseJson.ts'

const refused = (text: string, message: RegExp) =>
  assert.throws(
    () => parseJson(text),
    (error) => error instanceof SkiroError && error.code === 'invalid_request' && message.test(error.message),
    text.slice(0, 60),
  )

describe('parseJson', () => {
  test('numbers that JavaScript writes the same way stay numbers', () => {
    for (const text of ['0', '1', '49.99', '-5', '0.5', '999999.99', '9007199254740991', '1e+21']) {
      assert.equal(parseJson(text), Number(text))
    }
  })

  test('numbers whose digits would be lost arrive as their digits', () => {
    const changed = [
      ['49.990', '1.0', '1e2', '1E2', '-0', '-0.0', '0.0', '1e21', '1e999', '-1e999', '5e-400'],
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
  })

  test('no number is ever another number', () => {
    const literal = fc.stringMatching(/^-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?$/)
    fc.assert(
      fc.property(literal, (text) => assert.equal(String(parseJson(text)), text)),
      {
        numRuns: 500,
      },
    )
  })

  test('everything else is what JSON.parse says', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        const text = JSON.stringify(value)
        if (/-0|__proto__|[0-9]e/.test(text)) return
        assert.deepEqual(parseJson(text), JSON.parse(text))
      }),
    )
  })

  test('__proto__ is refused at any depth and however it is spelled', () => {
    for (const text of [
      '{"__proto__":{"status":"completed"}}',
      '{"metadata":{"__proto__":null}}',
      '[{"a":[{"__proto__":1}]}]',
      '{"\\u005f_proto__":1}',
    ]) {
      refused(text, /__proto__/)
    }
    assert.equal(({} as { status?: string }).status, undefined)
    assert.deepEqual(parseJson('{"proto":1,"a":"__proto__"}'), { proto: 1, a: '__proto__' })
  })

  test('what is not JSON is refused', () => {
    for (const text of [
      ['', ' ', '{', '}', '{"a":}', "{'a':1}", '{"a":1,}', '[1,]', '{a:1}', 'undefined', 'NaN', 'Infinity'],
      ['+1', '01', '1.', '.5', '0x10', '"', '"\n"', '"\\x41"', '{"a":1}{"b":2}', 'amount=49.99', '<xml/>'],
      ['\ufeff{}', '// comment\n{}', 'null null', 'tru', '{"a":١}'],
    ].flat()) {
      refused(text, /not valid JSON/)
    }
  })

  test('a hundred thousand levels are refused, not a crash', () => {
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
    ] as const) {
      refused(open.repeat(100_000) + (open === '[' ? '' : '1') + close.repeat(100_000), /JSON/)
      refused(open.repeat(100_000), /JSON/)
    }
    assert.deepEqual(parseJson('[[[[[[[[[[1]]]]]]]]]]'), [[[[[[[[[[1]]]]]]]]]])
  })
})
