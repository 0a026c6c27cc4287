import { assert } from '../../lib/assert.ts'
import type { Hex } from '../../lib/color.ts'
import { brandColors, buttonColors, type Theme } from './theme.ts'

const HEX = /^#[0-9a-f]{6}$/

/**
 * A stylesheet of a merchant's colours for both themes, to stand after the page's own; null when there are none. It is
 * made of our words and of numbers alone, so it may stand in the document as it is.
 */
export function brandStyle(brand_color: string | null, button_color: string | null): string | null {
  const [brand, button] = [brandHex(brand_color), brandHex(button_color ?? brand_color)]
  if (brand === null && button === null) return null
  const of = (theme: Theme) => {
    const properties = { ...(brand && brandColors(brand, theme)), ...(button && buttonColors(button, theme)) }
    return `:root{${Object.entries(properties)
      .map(([name, value]) => `${name}:${value}`)
      .join(';')}}`
  }
  return `${of('light')}@media (prefers-color-scheme:dark){${of('dark')}}`
}

/** A colour as it is stored, checked once more where it is about to be written out. */
export function brandHex(color: string | null): Hex | null {
  if (color === null) return null
  assert(HEX.test(color), 'a brand colour is #rrggbb')
  return color as Hex
}
