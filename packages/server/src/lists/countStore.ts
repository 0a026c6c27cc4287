import { type Sql, one } from '../db/sql.ts'
import type { Params } from './params.ts'
import { EVER, type Window, partsOf } from './window.ts'
import { withinWindow } from './windowStore.ts'

/** A list by the name of its table, which is the kind of its ids too. */
export type ListName = 'checkout_session' | 'transaction' | 'payout' | 'event'

export type Counted = {
  readonly list: ListName
  /** Only rows whose counted column says this; null: all. */
  readonly word: string | null
  readonly window: Window
  /** What holds for rows `r` with that word. Asked for when rows have to be counted one by one. */
  readonly and: () => string
}

/**
 * An SQL expression: how many rows the list has, by the figures of list_count. No history is read: only rows of the
 * two broken hours at the ends of the window are counted one by one, by their ids.
 */
export function countTerm(params: Params, { list, word, window, and }: Counted): string {
  const { bind } = params
  const name = bind(list)
  const words = word === null ? '' : `and c.word = ${bind(word)}`
  const figures = (grain: 'new' | 'hour' | 'month', { from, end }: Window) =>
    `(select coalesce(sum(c.n), 0) from list_count c
      where c.merchant_id = $1 and c.livemode = $2 and c.list = ${name} and c.grain = '${grain}' ${words}
        and c.hour >= ${bind(new Date(from))} and c.hour < ${bind(new Date(end))})`
  if (window.from === EVER.from && window.end === EVER.end)
    return `(${figures('month', EVER)} + ${figures('new', EVER)})`

  const { months, hours, whole, edges } = partsOf(window)
  const rows = (edge: Window) =>
    `(select count(*) from ${list} r where r.merchant_id = $1 and r.livemode = $2
      ${withinWindow(params, 'r', list, edge)} and ${and()})`
  const terms = [
    figures('month', months),
    figures('hour', hours[0]),
    figures('hour', hours[1]),
    figures('new', whole),
    rows(edges[0]),
    rows(edges[1]),
  ]
  return `(${terms.join(' + ')})`
}

/** The value of an expression of `countTerm`s: one statement, so that all its parts see the same moment. */
export async function readCount(sql: Sql, { values }: Params, expression: string): Promise<number> {
  const { total } = await one<{ total: bigint }>(sql, `select ${expression} total`, values)
  return Number(total)
}
