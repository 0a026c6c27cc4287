const AT_ONCE = 8

/** Runs `work` for each of `items`, some at once. Fails with the first that fails. */
export async function inParallel<T>(items: Iterable<T>, work: (item: T) => Promise<void>): Promise<void> {
  const queue = items[Symbol.iterator]()
  const take = async () => {
    for (let next = queue.next(); !next.done; next = queue.next()) await work(next.value)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, take))
}
