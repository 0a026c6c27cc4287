/** So many requests in so many seconds. */
export type Rate = { readonly count: number; readonly seconds: number }

const SECONDS_MAX = 86_400

/** Reads `1000/1`: requests, a slash, seconds (at most a day). Null when it is not of that shape. */
export function parseRate(text: string): Rate | null {
  const [, count, seconds] = /^([1-9]\d{0,8})\/([1-9]\d{0,4})$/.exec(text) ?? []
  if (count === undefined || seconds === undefined || Number(seconds) > SECONDS_MAX) return null
  return { count: Number(count), seconds: Number(seconds) }
}
