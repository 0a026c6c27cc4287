/** Does `work` for each of `items`, at most `atOnce` at a time; the results in the order of the items. */
export async function inTurns<T, R>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = []
  for (let begin = 0; begin < items.length; begin += atOnce) {
    results.push(...(await Promise.all(items.slice(begin, begin + atOnce).map(work))))
  }
  return results
}
