import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { TEST_CARDS } from '../../packages/sandbox/src/acquirer/cards.ts'

const KINDS = [
  ['3-D Secure without a question', 'supported'],
  ['3-D Secure asks in the page', 'challenge'],
  ['3-D Secure asks on the bank', 'redirect'],
  ['3-D Secure breaks', 'error'],
] as const

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
    const kind = KINDS.find(([words]) => effect.startsWith(words))?.[1] ?? 'none'
    assert.equal(card.three_ds, kind, number)
  }
})
