import { styleText } from 'node:util'

type Style = Parameters<typeof styleText>[0]

/** Text in a colour, or the text as it is. */
export type Paint = (style: Style, text: string) => string

/** `on`: whether whoever reads can see colours. */
export function paint(on: boolean): Paint {
  return on ? (style, text) => styleText(style, text, { validateStream: false }) : (_style, text) => text
}
