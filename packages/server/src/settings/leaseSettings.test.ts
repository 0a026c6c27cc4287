import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TEST_MODE } from '../../../../test/support/gatewayContext.ts'
import { PLENTY } from '../../../../test/support/plenty.ts'
import { ConfigError, readConfig } from '../config.ts'
import { LEASE_LEAST_SECONDS } from '../webhooks/deliveries/dispatcher.ts'
import { LEASE_MOST_SECONDS, SWEEP_MOST_MS } from './leaseSettings.ts'

/** What is promised: whatever a killed process was in the middle of, another takes it up within this time. */
const PROMISED_SECONDS = 45

const read = (settings: Record<string, string>) =>
  readConfig({
    SKIRO_DATABASE_URL: 'postgres://unused',
    SKIRO_PUBLIC_URL: 'https://pay.example',
    SKIRO_KEY_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
    ...PLENTY,
    ...TEST_MODE,
    ...settings,
  })

test('no settings make a killed process keep its work for longer than is promised', () => {
  const longest = read({
    SKIRO_LEASE_SECONDS: String(LEASE_MOST_SECONDS),
    SKIRO_SWEEP_MS: String(SWEEP_MOST_MS),
  })
  for (const { lease_seconds, sweep_ms } of [longest, read({})]) {
    const webhooks = Math.max(lease_seconds, LEASE_LEAST_SECONDS)
    assert.ok(webhooks + sweep_ms / 1000 <= PROMISED_SECONDS, `${webhooks} s and ${sweep_ms} ms`)
  }
})

test('what would is refused by name', () => {
  for (const [name, value] of [
    ['SKIRO_LEASE_SECONDS', String(LEASE_MOST_SECONDS + 0.5)],
    ['SKIRO_LEASE_SECONDS', '600'],
    ['SKIRO_SWEEP_MS', String(SWEEP_MOST_MS + 1)],
  ] as const) {
    assert.throws(
      () => read({ [name]: value }),
      (error) => error instanceof ConfigError && error.problems.join().includes(name),
    )
  }
})
