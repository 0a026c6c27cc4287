/** The fuzz test finds nothing in the gateway. Here it finds what was put there, or it would prove nothing. */
import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { describe, test } from 'node:test'
import { newId } from '../../packages/server/src/lib/ids.ts'
import { routesOf } from '../api/matrix/document.ts'
import { FLAWED_DOCUMENT, FLAWS, type Flaw, flawedApp } from './flawedApp.ts'
import { fuzz, type Report } from './fuzz.ts'
import { creation } from './target.ts'

const SEED = 1
const PUBLIC_URL = 'https://pay.example'
const KEY = 'sk_test_control'

async function fuzzFlawed(flaw: Flaw | null, count: number): Promise<Report> {
  const app = flawedApp(flaw, PUBLIC_URL)
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const target = {
    port,
    document: FLAWED_DOCUMENT,
    routes: routesOf(FLAWED_DOCUMENT),
    scene: {
      key: KEY,
      other_keys: [],
      objects: new Map([['checkout_session', [newId('checkout_session')]]]),
      strange_ids: [],
    },
    public_url: PUBLIC_URL,
    probe: { bytes: creation(KEY), status: 201 },
  }
  // Such servers also wait for what never comes.
  const waits = flaw === 'never answers a text' || flaw === 'reads a length and chunks'
  const limits = waits ? { timeout_ms: 1000, findings_max: 6 } : { findings_max: 1 }
  try {
    return await fuzz(target, { seed: SEED, count, ...(flaw === null ? {} : limits) })
  } finally {
    app.server.closeAllConnections()
    await app.close()
  }
}

describe('the fuzz test', () => {
  test('finds nothing wrong with a server that makes no mistake', async () => {
    const { findings, requests } = await fuzzFlawed(null, 1000)
    assert.deepEqual([findings, requests], [[], 1000])
  })

  const complaints: Record<Flaw, RegExp> = {
    'takes every amount for a text': /status 500/,
    'shows why a repeated parameter fails': /words of JavaScript/,
    'gives the path to the database as it is': /words of PostgreSQL/,
    'never answers a text': /no end after 1000 ms/,
    'forgets the headers of what it does not find': /content-security-policy is missing/,
    'has an error code of its own': /error code bad is in no table/,
    'has a status of its own': /no answer 403/,
    'dies of deep bodies': /valid request is answered with/,
    'refuses other types in plain words': /is no text, or empty/,
    'reads a length and chunks': /answers [\d,]+$/m,
    'shows a page for an API path': /a page instead of JSON/,
    'forgets the id of the request': /request_id is not the header/,
  }
  for (const flaw of FLAWS) {
    test(`finds a server that ${flaw}`, async () => {
      const { findings } = await fuzzFlawed(flaw, 3000)
      assert.ok(findings.length > 0)
      assert.match(findings.map(({ complaint }) => complaint).join('\n'), complaints[flaw])
    })
  }
})
