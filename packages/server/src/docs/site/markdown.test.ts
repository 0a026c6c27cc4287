import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toText } from '../../page/html.ts'
import { inline, markdown, slug } from './markdown.ts'

test('text within a paragraph', () => {
  const text = (source: string) => toText(inline(source))
  assert.equal(text('plain < & "quoted"'), 'plain &lt; &amp; &quot;quoted&quot;')
  assert.equal(text('a `b < c` d'), 'a <code>b &lt; c</code> d')
  assert.equal(text('**strong**'), '<strong>strong</strong>')
  assert.equal(text('[the `x`](#x)'), '<a href="#x">the <code>x</code></a>')
  assert.equal(text('`**not**`'), '<code>**not**</code>')
  assert.equal(text('[a](javascript:alert(1))'), '[a](javascript:alert(1))')
})

test('blocks', () => {
  const source = [
    '# A title',
    'Some\ntext.',
    '- a\n- b',
    '1. x\n2. y',
    '```json\n{\n\n  "a": 1 }\n```',
    '| h | i |\n|---|---|\n| `c` | d |',
  ]
  const [title = '', text, list, steps, code = '', table = ''] = source.map((part) => toText(markdown(part)))
  assert.equal(title, '<h2 id="a-title"><a class="anchor" href="#a-title">A title</a></h2>')
  assert.equal(text, '<p>Some text.</p>')
  assert.equal(list, '<ul><li>a</li><li>b</li></ul>')
  assert.equal(steps, '<ol><li>x</li><li>y</li></ol>')
  assert.match(code, /<figcaption>JSON<\/figcaption>/)
  assert.match(
    code,
    /<code>\{\n\n {2}<span class="t-key">&quot;a&quot;<\/span>: <span class="t-value">1<\/span> \}<\/code>/,
  )
  assert.match(table, /<th scope="col">h<\/th>.*<td><code>c<\/code><\/td><td>d<\/td>/s)
  const whole = toText(markdown(source.join('\n\n')))
  assert.equal(whole.match(/<(?:h2|p|ul|ol|figure|table)\b/g)?.length, 6)
})

test('ids of headings', () => {
  assert.equal(slug('Lists and paging'), 'lists-and-paging')
  assert.equal(slug('checkout.completed'), 'checkout-completed')
  assert.equal(slug('What’s this?'), 'what-s-this')
})
