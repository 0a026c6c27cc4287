import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readAmount, readJson } from './readJson.ts'

test('amounts are read to the satoshi, as every node writes them', () => {
  const rows = [
    ['0.00000000', 0n],
    ['0', 0n],
    ['0.00000001', 1n],
    ['1e-08', 1n],
    ['1e-8', 1n],
    ['1.23456e-3', 123_456n],
    ['2', 200_000_000n],
    ['2.00000000', 200_000_000n],
    ['10.5', 1_050_000_000n],
    ['0.29', 29_000_000n],
    ['20999999.97690000', 2_099_999_997_690_000n],
    ['0.000000001', null],
    ['1e-09', null],
    ['-1', null],
    ['1e3', null],
    ['', null],
    ['NaN', null],
  ] as const
  for (const [text, amount] of rows) assert.equal(readAmount(text), amount, text)
})

test('numbers with decimals stay the text that they were', () => {
  // A double cannot tell the first from its neighbour.
  const text = '{"a":0.10000000000000001,"b":[1e-05,7],"c":"0.5","d":-1.5,"e":null}'
  assert.deepEqual(readJson(text), {
    a: '0.10000000000000001',
    b: ['1e-05', 7],
    c: '0.5',
    d: '-1.5',
    e: null,
  })
})
