import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { TEST_CARDS } from '../../packages/sandbox/src/acquirer/cards.ts'

test('the cards of the guide do in the sandbox what it says', () => {
  const guide = readFileSync(
    new URL('../../packages/server/src/docs/guides/testCards.md', import.meta.url),
    'utf8',
  )
  const rows = [...guide.matchAll(/^\| `([\d ]+)` \| (.+) \|$/gm)]
  assert.ok(rows.length >= 12)
  for (const [, number = '', effect = ''] of rows) {
    const card = TEST_CARDS.find((one) => one.number === number.replaceAll(' ', ''))
    assert.ok(card, number)
    const [, code] = /`(\w+)`/.exec(effect) ?? []
    assert.equal(card.outcome, code ?? 'approve', number)
    assert.equal(card.three_ds, effect.includes('3-D Secure') ? 'error' : 'none', number)
  }
})
