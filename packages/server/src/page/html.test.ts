import assert from 'node:assert/strict'
import { test } from 'node:test'
import { html, raw, toText } from './html.ts'

const HOSTILE = `"><img src=x onerror='alert(1)'>&amp;`

test('values are escaped in text and in quoted attributes', () => {
  const markup = toText(html`<a title="${HOSTILE}">${HOSTILE}</a>`)
  const safe = '&quot;&gt;&lt;img src=x onerror=&#39;alert(1)&#39;&gt;&amp;amp;'
  assert.equal(markup, `<a title="${safe}">${safe}</a>`)
})

test('templates nest, arrays are joined and escaped, empty values print nothing', () => {
  const rows = ['<b>', 'c'].map((name) => html`<li>${name}</li>`)
  const markup = toText(html`<ul>${rows}${null}${undefined}${false}${''}${0}${['<', ['>']]}</ul>`)
  assert.equal(markup, '<ul><li>&lt;b&gt;</li><li>c</li>0&lt;&gt;</ul>')
})

test('only raw() passes unescaped, and an object that looks like markup is not markup', () => {
  assert.equal(toText(html`${raw('<hr>')}`), '<hr>')
  const forged = JSON.parse('[{"markup":"<img>"}]')
  assert.throws(() => html`${forged}`, TypeError)
})
