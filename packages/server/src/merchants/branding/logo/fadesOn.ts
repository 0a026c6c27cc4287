import { contrastOf, luminance } from '../../../lib/color.ts'
import type { Theme } from '../branding.ts'
import type { Pixels } from './pixels.ts'

// About what the page's grounds have, in light and in dark.
const LIGHT = 0.95
const DARK = 0.007
/** Below this contrast an eye takes it for the ground. */
const SEEN = 1.6
/** The part of its outline that a logo can do without. */
const LOST_MAX = 0.3

/**
 * The theme in which a see-through logo disappears in the ground: white letters in the light one, black ones in the
 * dark one. Only its outline is asked, where it meets the ground: white letters on a green badge are on green. Null for
 * pictures that bring their own ground, and for those that would get lost on either.
 */
export function fadesOn(pixels: Pixels): Theme | null {
  const { rgba } = pixels
  let [edge, on_light, on_dark] = [0, 0, 0]
  for (const at of outline(pixels)) {
    edge++
    const light = luminance([rgba[at]!, rgba[at + 1]!, rgba[at + 2]!])
    if (contrastOf(light, LIGHT) < SEEN) on_light++
    if (contrastOf(light, DARK) < SEEN) on_dark++
  }
  const [lost_light, lost_dark] = [on_light > edge * LOST_MAX, on_dark > edge * LOST_MAX]
  if (lost_light === lost_dark) return null
  return lost_light ? 'light' : 'dark'
}

/** Where in `rgba` the pixels begin that one can see and whose neighbour lets the ground through. */
function* outline({ width, height, rgba }: Pixels): Generator<number> {
  const seen = (x: number, y: number) => rgba[(y * width + x) * 4 + 3]! >= 128
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!seen(x, y)) continue
      // The picture's own border is no outline: a logo that fills its rectangle is meant to be one.
      const open =
        (x > 0 && !seen(x - 1, y)) ||
        (x < width - 1 && !seen(x + 1, y)) ||
        (y > 0 && !seen(x, y - 1)) ||
        (y < height - 1 && !seen(x, y + 1))
      if (open) yield (y * width + x) * 4
    }
  }
}
