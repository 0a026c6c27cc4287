/** A colour as CSS and the API write it: `#rrggbb`. */
export type Hex = `#${string}`

/** Red, green and blue, 0 to 255 each. */
export type Rgb = readonly [red: number, green: number, blue: number]

/** The channels of a `#rrggbb`. */
export function toRgb(color: Hex): Rgb {
  const value = Number.parseInt(color.slice(1), 16)
  return [value >> 16, (value >> 8) & 255, value & 255]
}

/** Relative luminance, 0 to 1, as WCAG 2.2 defines it. */
export function luminance([red, green, blue]: Rgb): number {
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

function linear(channel: number): number {
  const share = channel / 255
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
}

/** Contrast ratio of two luminances, 1 to 21. */
export function contrastOf(one: number, other: number): number {
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05)
}

/** Contrast ratio of two colours, 1 to 21, as WCAG 2.2 defines it. */
export function contrast(one: Hex, other: Hex): number {
  return contrastOf(luminance(toRgb(one)), luminance(toRgb(other)))
}

/** The colour that is `share` (0 to 1) of the way from one to the other. */
export function mix(from: Hex, to: Hex, share: number): Hex {
  const [start, end] = [toRgb(from), toRgb(to)]
  const channels = start.map((channel, index) => Math.round(channel + ((end[index] ?? 0) - channel) * share))
  return `#${channels.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`
}
