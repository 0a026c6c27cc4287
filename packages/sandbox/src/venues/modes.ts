import type { VenueId } from './venue.ts'

/**
 * normal · down: the connection is cut · error: the venue's own error · stale: the book stands still, one minute old ·
 * wide: 3 % between bid and ask · deviant: every price 5 % too high · empty: no orders · garbage: a page instead of
 * JSON · slow: five seconds late.
 */
export const MODES = [
  'normal',
  'down',
  'error',
  'stale',
  'wide',
  'deviant',
  'empty',
  'garbage',
  'slow',
] as const
export type Mode = (typeof MODES)[number]

export type Setting = { readonly mode: Mode; readonly since_ms: number }
const NORMAL: Setting = { mode: 'normal', since_ms: 0 }

/** Which venue, or which one pair of it, is in which mode. */
export function createModes() {
  const settings = new Map<string, Setting>()
  return {
    /** Without `pair` it sets the whole venue and forgets what was set for single pairs. */
    set(venue: VenueId, mode: Mode, pair?: string): void {
      if (pair === undefined) {
        for (const key of settings.keys()) if (key.startsWith(`${venue}/`)) settings.delete(key)
      }
      settings.set(`${venue}/${pair ?? ''}`, { mode, since_ms: Date.now() })
    },
    of(venue: VenueId, pair: string): Setting {
      return settings.get(`${venue}/${pair}`) ?? settings.get(`${venue}/`) ?? NORMAL
    },
    all(): Record<string, Mode> {
      return Object.fromEntries([...settings].map(([key, { mode }]) => [key, mode]))
    },
  }
}
