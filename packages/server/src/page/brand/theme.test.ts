import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { contrast, type Hex } from '../../lib/color.ts'
import { loadAssets } from '../assets.ts'
import { brandStyle } from './brandStyle.ts'
import { GROUNDS, type Theme } from './theme.ts'

const THEMES = ['light', 'dark'] as const
type Colors = ReadonlyMap<string, Hex>

/** The custom properties of both themes that a stylesheet sets. */
function colorsOf(style: string): Record<Theme, Colors> {
  const [light = '', dark = ''] = style.split(/@media \(prefers-color-scheme: ?dark\)/)
  const read = (text: string) =>
    new Map(
      [...text.matchAll(/(--[\w-]+): ?(#[0-9a-f]{6})/g)].map(([, name = '', value]) => [name, value as Hex]),
    )
  return { light: read(light), dark: read(dark) }
}
const page = colorsOf(loadAssets().style_body)
/** What the browser computes: the page's own colours, and the merchant's over them. */
const branded = (brand: string | null, button: string | null): Record<Theme, Colors> => {
  const own = colorsOf(brandStyle(brand, button) ?? '')
  return {
    light: new Map([...page.light, ...own.light]),
    dark: new Map([...page.dark, ...own.light, ...own.dark]),
  }
}

/** Text or mark, what it stands on, and how much it has to differ: WCAG 2.2, 1.4.3 and 1.4.11. */
const PAIRS: readonly (readonly [front: string, back: string, ratio: number])[] = [
  ['--on-brand', '--brand', 4.5],
  ['--on-accent', '--accent', 4.5],
  ['--on-accent', '--accent-over', 4.5],
  ['--link', '--ground', 4.5],
  ['--link', '--panel', 4.5],
  ['--link', '--accent-soft', 4.5],
  ['--focus', '--ground', 3],
  ['--focus', '--panel', 3],
  ['--focus', '--field', 3],
  ['--focus', '--warn-soft', 3],
  ['--accent-line', '--panel', 3],
  ['--accent-line', '--ground', 3],
]

/** The first pair that is too close, in words; null when all can be read. */
function tooClose(themes: Record<Theme, Colors>): string | null {
  for (const theme of THEMES)
    for (const [front, back, ratio] of PAIRS) {
      const [one, other] = [themes[theme].get(front), themes[theme].get(back)]
      assert.ok(one && other, `${theme}: ${front} on ${back}`)
      if (contrast(one, other) < ratio) return `${theme}: ${front} ${one} on ${back} ${other}`
    }
  return null
}

const hex = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`)
/** Near black, white and the greys, where the rules change sides, as often as anywhere else. */
const grey = fc
  .tuple(
    fc.integer({ min: 0, max: 255 }),
    fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 3, maxLength: 3 }),
  )
  .map(([level, offsets]) =>
    offsets
      .map((offset) =>
        Math.min(255, Math.max(0, level + offset))
          .toString(16)
          .padStart(2, '0'),
      )
      .join(''),
  )
  .map((digits) => `#${digits}`)
const color = fc.oneof(hex, grey)

test('whatever two colours a merchant chooses, all text has 4.5 and every edge and ring 3, in light and in dark', () => {
  fc.assert(
    fc.property(color, fc.option(color), (brand, button) => tooClose(branded(brand, button)) === null),
    { numRuns: 3000 },
  )
  for (const level of Array.from({ length: 256 }, (_, n) => n.toString(16).padStart(2, '0'))) {
    const one = `#${level.repeat(3)}`
    assert.equal(tooClose(branded(one, one)), null)
  }
})

test('the control: white text, and the colour as it is for links, rings and edges, fails', () => {
  const naive = (brand: string): Record<Theme, Colors> => {
    const own: [string, Hex][] = [
      '--link',
      '--focus',
      '--accent-line',
      '--brand',
      '--accent',
      '--accent-over',
    ].map((name) => [name, brand as Hex])
    const white: [string, Hex][] = ['--on-brand', '--on-accent'].map((name) => [name, '#ffffff'])
    const colors = (theme: Theme) => new Map([...page[theme], ...own, ...white])
    return { light: colors('light'), dark: colors('dark') }
  }
  const { failed, counterexample } = fc.check(
    fc.property(color, (brand) => tooClose(naive(brand)) === null),
    { numRuns: 3000 },
  )
  assert.ok(failed)
  assert.ok(counterexample)
  assert.match(tooClose(naive('#ffff00')) ?? '', /light: --on-brand/)
})

test('only one of the two: the other keeps the colours of the page', () => {
  assert.equal(brandStyle(null, null), null)
  const button = colorsOf(brandStyle(null, '#ff6600') ?? '')
  assert.deepEqual([...button.light.keys()], ['--accent', '--on-accent', '--accent-over', '--accent-line'])
  const both = colorsOf(brandStyle('#1f6b4f', null) ?? '')
  assert.equal(both.light.get('--accent'), '#1f6b4f')
  assert.equal(both.dark.get('--brand'), '#1f6b4f')
})

test('a colour that can be read as it is stays as it is', () => {
  const { light } = colorsOf(brandStyle('#1f6b4f', '#374fd5') ?? '')
  assert.deepEqual(
    ['--link', '--focus', '--accent', '--accent-line', '--on-accent'].map((name) => light.get(name)),
    ['#1f6b4f', '#1f6b4f', '#374fd5', '#374fd5', '#ffffff'],
  )
})

test('a button that is pointed at looks different', () => {
  fc.assert(
    fc.property(color, (button) => {
      const { light } = colorsOf(brandStyle(null, button) ?? '')
      return contrast(light.get('--accent') ?? '#000000', light.get('--accent-over') ?? '#000000') > 1.05
    }),
  )
})

test('the stylesheet is made of hex colours alone, and refuses to be made of anything else', () => {
  fc.assert(
    fc.property(color, color, (brand, button) =>
      /^(?:(?:@media \(prefers-color-scheme:dark\)\{)?:root\{(?:--[a-z-]+:#[0-9a-f]{6};?)+\})+\}$/.test(
        brandStyle(brand, button) ?? '',
      ),
    ),
  )
  for (const wrong of ['red', '#fff', '#1f6b4f}</style><script>', '#1F6B4F', ''])
    assert.throws(() => brandStyle(wrong, null), { name: 'AssertionFailed' })
})

test('the grounds are those of checkout.css', () => {
  for (const theme of THEMES) {
    const { ground, panel, field, notice } = GROUNDS[theme]
    assert.deepEqual(
      ['--ground', '--panel', '--field', '--warn-soft'].map((name) => page[theme].get(name)),
      [ground, panel, field, notice],
    )
  }
})
