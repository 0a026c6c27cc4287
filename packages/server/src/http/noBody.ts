import { z } from 'zod'

/** The body of a POST that needs none: absent, null or `{}`. */
export const noBody = z.strictObject({}).nullish()
