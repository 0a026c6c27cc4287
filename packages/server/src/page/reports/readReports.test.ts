import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readReports } from './readReports.ts'

const OURS = 'https://pay.example'
const PAGE = `${OURS}/cs_01m8ez6f3k7e61gra11ps3g74y?locale=de`

/** As the reporting API sends it. */
const modern = (body: object) => ({
  age: 12,
  type: 'csp-violation',
  url: PAGE,
  user_agent: 'Mozilla/5.0',
  body: {
    documentURL: PAGE,
    disposition: 'enforce',
    effectiveDirective: 'script-src-elem',
    blockedURL: 'https://evil.example/a.js?card=4242',
    sourceFile: `${OURS}/cs_01m8ez6f3k7e61gra11ps3g74y`,
    lineNumber: 1,
    originalPolicy: "default-src 'none'",
    ...body,
  },
})

/** As `report-uri` sends it. */
const older = (report: object) => ({
  'csp-report': {
    'document-uri': PAGE,
    'violated-directive': 'script-src https://x.example',
    'blocked-uri': 'inline',
    ...report,
  },
})

test('both forms are read, and no path of anybody is kept', () => {
  assert.deepEqual(readReports([modern({})], OURS), [
    { directive: 'script-src-elem', blocked: 'https://evil.example', source: 'page' },
  ])
  assert.deepEqual(readReports(older({}), OURS), [{ directive: 'script-src', blocked: 'inline', source: '' }])
  assert.deepEqual(readReports(older({ 'effective-directive': 'script-src-attr' }), OURS), [
    { directive: 'script-src-attr', blocked: 'inline', source: '' },
  ])
})

test('an extension is named by its scheme, and nothing is kept as it was written', () => {
  const blocked = (blockedURL: string | null) => readReports([modern({ blockedURL })], OURS)?.[0]?.blocked
  assert.equal(blocked('chrome-extension://abcdef/steal.js'), 'chrome-extension:')
  assert.equal(blocked('moz-extension'), 'moz-extension:')
  assert.equal(blocked('data:text/javascript,alert(4242424242424242)'), 'data:')
  assert.equal(blocked('4242 4242 4242 4242'), 'other')
  assert.equal(blocked(null), 'other')
  assert.equal(blocked(`https://${'a'.repeat(200)}.example/`)?.length, 100)
  assert.equal(readReports([modern({ effectiveDirective: 'x-anything' })], OURS)?.[0]?.directive, 'other')
})

test('a report about somebody else’s page is read and not kept', () => {
  assert.deepEqual(readReports([modern({ documentURL: 'https://pay.example.evil.example/cs_1' })], OURS), [])
})

test('what is no report is none, and of a long list only the beginning is read', () => {
  for (const input of [undefined, null, 'x', 7, {}, [], [[]], { 'csp-report': 'x' }, [{ type: 'x' }]])
    assert.equal(readReports(input, OURS), null)
  assert.equal(
    readReports(
      Array.from({ length: 1000 }, () => modern({})),
      OURS,
    )?.length,
    20,
  )
})
