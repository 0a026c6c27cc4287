const ORIGIN = /^[^/]*\/\/[^/?#]*/

/**
 * Scheme, host and port of a URL, as they are written: which receiver it is. Two spellings of one are two receivers to
 * us, which costs nothing; here and in SQL it must be the same text.
 */
export function originOf(url: string): string {
  return ORIGIN.exec(url)?.[0] ?? url
}

/** The same as SQL, of an expression. */
export const originSql = (url: string): string => `coalesce(substring(${url} from '^[^/]*//[^/?#]*'), ${url})`
