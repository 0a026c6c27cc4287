import { contrast, type Hex, mix } from '../../lib/color.ts'

/** What stands behind text and controls in each theme: custom properties of checkout.css, which a test compares. */
export const GROUNDS = {
  light: { ground: '#f4f5f8', panel: '#ffffff', field: '#ffffff', notice: '#fff3d6' },
  dark: { ground: '#0e1015', panel: '#171a21', field: '#1b1e24', notice: '#33290f' },
} as const satisfies Record<string, Record<string, Hex>>

export type Theme = keyof typeof GROUNDS

// WCAG 2.2: 1.4.3 for text; 1.4.11 for the edge of a control and for the focus ring.
const TEXT = 4.5
const EDGE = 3
const WHITE = '#ffffff'
const BLACK = '#000000'

/** The custom properties that follow from a brand colour: the mark, links, the focus ring. */
export function brandColors(brand: Hex, theme: Theme) {
  const { ground, panel, field, notice } = GROUNDS[theme]
  const soft = mix(panel, brand, theme === 'light' ? 0.12 : 0.22)
  return {
    '--brand': brand,
    '--on-brand': readableOn(brand),
    '--accent-soft': soft,
    '--link': reach(brand, [ground, panel, soft], TEXT, theme),
    '--focus': reach(brand, [ground, panel, field, notice], EDGE, theme),
  }
}

/** The custom properties of the pay button. */
export function buttonColors(button: Hex, theme: Theme) {
  const { ground, panel } = GROUNDS[theme]
  const text = readableOn(button)
  return {
    '--accent': button,
    '--on-accent': text,
    '--accent-over': hovered(button, text),
    // A white button on white paper is still to be seen.
    '--accent-line': reach(button, [ground, panel], EDGE, theme),
  }
}

/** White where it can be read, else black: one of the two always has 4.5, for their product is 21. */
function readableOn(color: Hex): Hex {
  return contrast(WHITE, color) >= TEXT ? WHITE : BLACK
}

/** A little away from the text's colour, which only makes it clearer; towards it where there is no further away. */
function hovered(button: Hex, text: Hex): Hex {
  const away = mix(button, text === WHITE ? BLACK : WHITE, 0.16)
  const towards = mix(button, text, 0.2)
  const changes = contrast(button, away) >= 1.15
  return changes || contrast(text, towards) < TEXT ? away : towards
}

const STEPS = 32

/** The colour, as little as needed darker in the light theme or lighter in the dark one to stand out on all grounds. */
function reach(color: Hex, grounds: readonly Hex[], ratio: number, theme: Theme): Hex {
  const end = theme === 'light' ? BLACK : WHITE
  for (let step = 0; step < STEPS; step++) {
    const tried = mix(color, end, step / STEPS)
    if (grounds.every((ground) => contrast(tried, ground) >= ratio)) return tried
  }
  return end
}
