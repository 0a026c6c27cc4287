import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toText } from './html.ts'
import { keptQuery, languageMenu } from './languageMenu.ts'
import { LOCALES, TEXTS } from './locale.ts'

const menu = (locale: (typeof LOCALES)[number], kept = '') =>
  toText(languageMenu(locale, TEXTS[locale], kept))

test('every language is a link in its own words, marked with its language and direction', () => {
  const links = menu('en').match(/<a .*?<\/a>/g) ?? []
  assert.equal(links.length, 20)
  assert.equal(
    links[LOCALES.indexOf('he')],
    '<a href="?locale=he" lang="he" hreflang="he"><bdi dir="rtl">עברית</bdi></a>',
  )
  assert.match(links[LOCALES.indexOf('pt')] ?? '', /lang="pt-BR" hreflang="pt-BR"/)
  assert.match(links[LOCALES.indexOf('zh')] ?? '', /lang="zh-Hans" hreflang="zh-Hans"/)
})

test('the current language is named on the button and marked in the list, and it alone', () => {
  for (const locale of LOCALES) {
    const markup = menu(locale)
    assert.match(markup, new RegExp(`<summary>.*<span>${TEXTS[locale].name.replace(/[()]/g, '\\$&')}</span>`))
    assert.deepEqual(markup.match(/href="\?locale=\w+"[^>]*aria-current="true"/g)?.length, 1)
    assert.match(markup, new RegExp(`href="\\?locale=${locale}"[^>]*aria-current`))
  }
})

test('a link keeps what the page needs of its address, and nothing that somebody else put there', () => {
  assert.equal(keptQuery({ done: '1', locale: 'de', utm_source: 'x' }), 'done=1')
  assert.equal(keptQuery({ receipt: '', locale: 'de' }), 'receipt=')
  for (const query of [
    null,
    undefined,
    {},
    { done: ['1', '2'] },
    { done: '"><b>' },
    { done: 'x'.repeat(65) },
  ])
    assert.equal(keptQuery(query), '')
  assert.match(menu('de', 'done=1'), /href="\?locale=fr&amp;done=1"/)
})
