import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pageHeaders } from './securityHeaders.ts'

const nonce = 'AAECAwQFBgcICQoLDA0ODw=='

function policy(acquirerOrigin: string | null): Map<string, string> {
  const header = pageHeaders({ nonce, acquirerOrigin })['Content-Security-Policy'] ?? ''
  return new Map(
    header.split('; ').map((rule) => {
      const [name = '', ...sources] = rule.split(' ')
      return [name, sources.join(' ')]
    }),
  )
}

test('scripts run by nonce alone, and the only other origin is the acquirer, in a frame', () => {
  const rules = policy('https://cards.example')
  assert.equal(rules.get('default-src'), "'none'")
  assert.equal(rules.get('script-src'), `'nonce-${nonce}'`)
  assert.equal(rules.get('style-src'), `'nonce-${nonce}'`)
  assert.equal(rules.get('frame-src'), 'https://cards.example')
  assert.equal(rules.get('frame-ancestors'), "'none'")
  assert.equal(rules.get('base-uri'), "'none'")
  assert.equal(rules.get('form-action'), "'none'")
  assert.equal(rules.get('require-trusted-types-for'), "'script'")
  const others = [...rules].filter(([name]) => name !== 'frame-src').map(([, sources]) => sources)
  assert.doesNotMatch(others.join(' '), /unsafe|https?:|\*/)
})

test('a page without card fields frames nothing', () => {
  assert.equal(policy(null).get('frame-src'), "'none'")
})

test('the session id in the address leaves with no request, and nothing keeps the page', () => {
  const headers = pageHeaders({ nonce, acquirerOrigin: null })
  assert.equal(headers['Referrer-Policy'], 'strict-origin')
  assert.equal(headers['Cache-Control'], 'no-store')
  assert.equal(headers['X-Content-Type-Options'], 'nosniff')
})

test('payment and autofill are granted to the acquirer only', () => {
  const permissions = pageHeaders({ nonce, acquirerOrigin: 'https://cards.example' })['Permissions-Policy']
  assert.match(
    permissions ?? '',
    /payment=\(self "https:\/\/cards\.example"\), autofill=\(self "https:\/\/cards\.example"\)/,
  )
  assert.match(permissions ?? '', /camera=\(\)/)
})

test('a value that could add a rule of its own is refused', () => {
  for (const acquirerOrigin of [
    'https://a.example; script-src *',
    'https://a.example/',
    '*',
    "'self'",
    'data:',
  ]) {
    assert.throws(() => pageHeaders({ nonce, acquirerOrigin }), { name: 'AssertionFailed' })
  }
  for (const weak of ['', 'short', "abc'; script-src *; x '"]) {
    assert.throws(() => pageHeaders({ nonce: weak, acquirerOrigin: null }), { name: 'AssertionFailed' })
  }
})
