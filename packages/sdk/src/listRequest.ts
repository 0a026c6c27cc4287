import { invalidOption } from './requestOptions.ts'

/** One page of a list. `pagination.page` is 1 when the page was asked for by a cursor. */
export type Page<T> = {
  object: 'list'
  data: T[]
  /** Whether there is more beyond this page, in the direction asked for. */
  has_more: boolean
  pagination: { page: number; limit: number; total: number; total_pages: number }
}

/** A page of a list that is too long to be counted. */
export type UncountedPage<T> = Omit<Page<T>, 'pagination'>

type Listed = { id: string; sequence?: number } | { sequence: number }
type Cursor = { page?: unknown; after?: unknown; starting_after?: unknown; ending_before?: unknown }

/**
 * A list that was asked for. `await` it for one page; `for await` goes through all objects, from the first page on to
 * the end, one request per page. Nothing is sent before that. Objects made meanwhile shift nothing: pages follow ids.
 */
export class ListRequest<T extends Listed, P extends UncountedPage<T> = Page<T>>
  implements Promise<P>, AsyncIterable<T>
{
  readonly #load: (query: object) => Promise<P>
  readonly #query: Cursor
  #first: Promise<P> | undefined

  constructor(query: object, load: (query: object) => Promise<P>) {
    this.#query = query
    this.#load = load
  }

  get [Symbol.toStringTag](): string {
    return 'ListRequest'
  }

  #page(): Promise<P> {
    return (this.#first ??= this.#load(this.#query))
  }

  // oxlint-disable-next-line unicorn/no-thenable -- so that `await` gives the first page
  then<A = P, B = never>(
    fulfilled?: ((page: P) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#page().then(fulfilled, rejected)
  }

  catch<B = never>(rejected?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<P | B> {
    return this.then(null, rejected)
  }

  finally(settled?: (() => void) | null): Promise<P> {
    return this.#page().finally(settled)
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    const backwards = this.#query.ending_before !== undefined
    let query = this.#query
    let page = await this.#page()
    for (;;) {
      // Pages are newest first; away from `ending_before` means towards newer ones.
      const objects = backwards ? [...page.data].reverse() : page.data
      yield* objects
      const last = objects.at(-1)
      if (!page.has_more || last === undefined) return
      query = after(query, last)
      page = await this.#load(query)
    }
  }

  /** All objects at once, but `limit` at most. Throws `InvalidRequestError` without a limit: lists may be long. */
  async autoPagingToArray({ limit }: { limit: number }): Promise<T[]> {
    if (!(limit > 0)) throw invalidOption('limit', 'must say how many objects to collect at most.')
    const objects: T[] = []
    for await (const object of this) {
      if (objects.push(object) >= limit) break
    }
    return objects
  }
}

/** The query of the page that follows the one which ended with `last`. */
function after(query: Cursor, last: Listed): Cursor {
  if (query.after !== undefined) return { ...query, after: last.sequence }
  const id = 'id' in last ? last.id : undefined
  if (query.ending_before !== undefined) return { ...query, ending_before: id }
  return { ...query, page: undefined, starting_after: id }
}
