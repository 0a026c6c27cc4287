import { z } from 'zod'

const whole = (text: string) => /^[0-9]{1,9}$/.test(text)

/** A whole number in the query string, between `min` and `max`. */
export function queryInteger(min: number, max: number) {
  return z
    .string()
    .refine(whole, 'must be a whole number')
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be from ${min} to ${max}`)
}

/** `page` and `limit`, or `starting_after` with `limit`. */
export const pagingQuery = {
  page: queryInteger(1, 1_000_000).optional().describe('Page number, from 1.'),
  limit: queryInteger(1, 100).optional().describe('Objects per page, 1 to 100. Default 20.'),
  starting_after: z
    .string()
    .max(100)
    .optional()
    .describe('An id: the page starts after it. Cheaper than page numbers.'),
}

export const LIMIT_DEFAULT = 20

/** The envelope of every list. */
export function renderList<T>(
  data: T[],
  { page, limit, total }: { page: number; limit: number; total: number },
) {
  return {
    object: 'list' as const,
    data,
    pagination: { page, limit, total, total_pages: Math.ceil(total / limit) },
  }
}

export function listSchema<T extends z.ZodType>(item: T) {
  return z.object({
    object: z.literal('list'),
    data: z.array(item),
    pagination: z.object({ page: z.number(), limit: z.number(), total: z.number(), total_pages: z.number() }),
  })
}
