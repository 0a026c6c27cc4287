/** One page of a list, newest first. */
export type Page<T> = {
  object: 'list'
  data: T[]
  pagination: { page: number; limit: number; total: number; total_pages: number }
}
