import { isRefusal } from './sql.ts'

/** How groups are formed. */
export type GroupLimits = {
  /** Items in one group at most. */
  readonly size: number
  /**
   * So many leave at once when nothing is under way, without waiting for the end of the turn: PostgreSQL works while
   * Node reads the rest. Without it, busy connections fall into step: Node reads all of them, then all wait.
   */
  readonly enough: number
  /**
   * How long fewer than that wait for company. 0, where somebody waits for an answer: they leave at the end of the turn
   * of the event loop, or as soon as the group before them has ended.
   */
  readonly gather_ms: number
  /** Groups under way at the same time, at most. */
  readonly at_once: number
  /**
   * One group at a time makes the largest groups and the fewest flushes. Only when it takes longer than this, or when a
   * full group is waiting, does the next one leave beside it: a slow or stuck group must not keep the others.
   */
  readonly patience_ms: number
  /**
   * Whether a failed group certainly did nothing, so that its items may be tried one by one: one item that PostgreSQL
   * refuses must not take the others down. After a lost connection nobody knows, and nothing may be tried again.
   */
  readonly didNothing: (error: unknown) => boolean
}

/** For groups that are one statement each. The size keeps a statement's parameters well below a megabyte. */
export const STATEMENT_GROUPS: GroupLimits = {
  size: 128,
  enough: 24,
  gather_ms: 0,
  at_once: 4,
  patience_ms: 20,
  didNothing: isRefusal,
}

type Waiting<Item, Outcome> = {
  readonly item: Item
  resolve(outcome: Outcome): void
  reject(error: unknown): void
}

/**
 * Group commit: items that arrive together share one statement, so one round trip and one flush of the log carry many
 * requests. Unless `gather_ms` says so, nobody waits for company: with nothing under way an item leaves at the end of this turn of the event loop,
 * and only while the group before it is under way does the next one fill. It leaves the moment that one has ended.
 * @param run handles a group; its outcomes are in the order of the items
 * @returns the function that hands in one item and resolves with its outcome, after the commit
 */
export function inGroups<Item, Outcome>(
  run: (items: readonly Item[]) => Promise<readonly Outcome[]>,
  { size, enough, gather_ms, at_once, patience_ms, didNothing }: GroupLimits,
): (item: Item) => Promise<Outcome> {
  const waiting: Waiting<Item, Outcome>[] = []
  let under_way = 0
  let end_of_turn: NodeJS.Immediate | undefined
  let impatience: NodeJS.Timeout | undefined
  let gathering: NodeJS.Timeout | undefined

  function start(): void {
    if (waiting.length === 0 || under_way === at_once) return
    if (waiting.length >= size || (under_way === 0 && waiting.length >= enough)) send()
    else if (under_way === 0 && gather_ms > 0) gathering ??= setTimeout(send, gather_ms)
    // Requests that the event loop reads in the same turn come along.
    else if (under_way === 0) end_of_turn ??= setImmediate(send)
    else impatience ??= setTimeout(send, patience_ms)
  }

  function send(): void {
    clearImmediate(end_of_turn)
    clearTimeout(impatience)
    clearTimeout(gathering)
    end_of_turn = impatience = gathering = undefined
    if (waiting.length === 0 || under_way === at_once) return
    under_way++
    void settle(waiting.splice(0, size)).then((handOut) => {
      under_way--
      // PostgreSQL gets its next group before this one's outcomes, which are many answers to write, keep the event loop.
      if (gather_ms > 0) start()
      else send()
      setImmediate(handOut)
    })
    start()
  }

  /** Runs a group to its end. Resolves with what tells its items, and never rejects. */
  async function settle(group: readonly Waiting<Item, Outcome>[]): Promise<() => void> {
    try {
      const outcomes = await run(group.map(({ item }) => item))
      return () => {
        for (const [index, { resolve }] of group.entries()) resolve(outcomes[index] as Outcome)
      }
    } catch (error) {
      if (group.length === 1 || !didNothing(error)) {
        return () => {
          for (const { reject } of group) reject(error)
        }
      }
      for (const one of group) (await settle([one]))()
      return () => {}
    }
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      start()
    })
}
