/** A map that forgets what was not used for long. */
export type Recent<V> = {
  /** Using an entry keeps it. */
  get(key: string): V | undefined
  set(key: string, value: V): void
  delete(key: string): void
  readonly size: number
}

/**
 * Keeps at least the `keep` entries used last, and at most twice as many. Two generations instead of a list of uses:
 * a hit in the young one, which is nearly every hit, moves nothing.
 */
export function createRecent<V>(keep: number): Recent<V> {
  let young = new Map<string, V>()
  let old = new Map<string, V>()

  function put(key: string, value: V): void {
    if (young.size >= keep && !young.has(key)) {
      old = young
      young = new Map()
    }
    old.delete(key)
    young.set(key, value)
  }

  return {
    get(key) {
      const hit = young.get(key)
      if (hit !== undefined) return hit
      const older = old.get(key)
      if (older !== undefined) put(key, older)
      return older
    },
    set: put,
    delete(key) {
      young.delete(key)
      old.delete(key)
    },
    get size() {
      return young.size + old.size
    },
  }
}
