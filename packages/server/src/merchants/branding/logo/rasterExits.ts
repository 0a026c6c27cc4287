/** How `rasterProcess` ends when it draws nothing: exit codes. */
export const EXITS = { too_many_pixels: 3, too_small: 4, unreadable: 5 } as const
