/** A picture with nothing but what it shows: four bytes a pixel, red, green, blue and alpha, row by row. */
export type Pixels = { readonly width: number; readonly height: number; readonly rgba: Buffer }

/** The box that logos are scaled into: three device pixels for each of the page's. */
export const LOGO_WIDTH_MAX = 512
export const LOGO_HEIGHT_MAX = 192
