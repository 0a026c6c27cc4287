import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contrast, mix, toRgb } from './color.ts'

test('contrast is that of WCAG: known pairs', () => {
  assert.equal(contrast('#000000', '#ffffff'), 21)
  assert.equal(contrast('#123456', '#123456'), 1)
  // From the W3C's understanding documents and the WebAIM checker: the grey that just passes on white, and the one before.
  assert.equal(contrast('#767676', '#ffffff').toFixed(2), '4.54')
  assert.equal(contrast('#777777', '#ffffff').toFixed(2), '4.48')
  assert.equal(contrast('#0000ff', '#ffffff').toFixed(2), '8.59')
  assert.equal(contrast('#ffffff', '#ff0000').toFixed(2), '4.00')
})

test('mix goes from one to the other', () => {
  assert.deepEqual(toRgb('#1f6b4f'), [31, 107, 79])
  assert.equal(mix('#1f6b4f', '#ffffff', 0), '#1f6b4f')
  assert.equal(mix('#1f6b4f', '#ffffff', 1), '#ffffff')
  assert.equal(mix('#000000', '#ffffff', 0.5), '#808080')
})
