import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { LiveSecrets, type Rotation } from './liveSecrets.ts'

const inMs = (ms: number) => new Date(Date.now() + ms).toISOString()
const names = (secrets: LiveSecrets) => secrets.live().map(({ secret }) => secret)

describe('LiveSecrets', () => {
  it('holds both secrets of a rotation, the new one first', () => {
    const secrets = new LiveSecrets()
    secrets.begin('a')
    assert.deepEqual(secrets.live(), [{ secret: 'a', until: null }])
    const old_until = inMs(60_000)
    secrets.rotate({ secret: 'b', old: 'a', old_until })
    assert.deepEqual(secrets.live(), [
      { secret: 'b', until: null },
      { secret: 'a', until: old_until },
    ])
  })

  it('drops the old one at its end, also when the shop is started with it again', () => {
    const told: Rotation[] = [
      { secret: 'b', old: 'a', old_until: inMs(-1) },
      { secret: 'c', old: 'b', old_until: inMs(60_000) },
    ]
    for (const given of ['a', 'b', 'c']) {
      const secrets = new LiveSecrets()
      for (const rotation of told) secrets.rotate(rotation)
      secrets.begin(given)
      assert.deepEqual(names(secrets), ['c', 'b'], given)
    }
  })

  it('ends the oldest at once when it is rotated again', () => {
    const secrets = new LiveSecrets()
    secrets.begin('a')
    secrets.rotate({ secret: 'b', old: 'a', old_until: inMs(60_000) })
    secrets.rotate({ secret: 'c', old: 'b', old_until: inMs(60_000) })
    assert.deepEqual(names(secrets), ['c', 'b'])
  })

  it('takes a secret that it was never told of as the newest', () => {
    const secrets = new LiveSecrets()
    secrets.rotate({ secret: 'b', old: 'a', old_until: inMs(-1) })
    secrets.begin('elsewhere')
    assert.equal(names(secrets)[0], 'elsewhere')
  })
})
