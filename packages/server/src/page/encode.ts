import { promisify } from 'node:util'
import { brotliCompress, constants } from 'node:zlib'
import { gzipPool } from './gzipPool.ts'

// Quick rather than small: a page is made anew each time.
const gzip = gzipPool(4)

export type Encoded = { readonly body: string | Buffer; readonly headers: Readonly<Record<string, string>> }

const takes = (accepted: string | undefined, coding: string) =>
  new RegExp(`(^|[\\s,])${coding}(?!\\s*;\\s*q=0(\\.0*)?(\\s|,|$))`).test((accepted ?? '').slice(0, 200))

/** A page for one answer. */
export async function encodePage(body: string, accepted: string | undefined): Promise<Encoded> {
  if (!takes(accepted, 'gzip')) return { body, headers: { vary: 'accept-encoding' } }
  return {
    body: await gzip(body),
    headers: { vary: 'accept-encoding', 'content-encoding': 'gzip' },
  }
}

const brotli = promisify(brotliCompress)

/** A file that never changes. As small as can be: it is made once, when it is first asked for. */
export function encodeFile(body: string): (accepted: string | undefined) => Promise<Encoded> {
  let small: Promise<Buffer> | undefined
  async function smallest(): Promise<Buffer> {
    try {
      return await (small ??= brotli(body, {
        params: {
          [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
          [constants.BROTLI_PARAM_SIZE_HINT]: Buffer.byteLength(body),
        },
      }))
    } catch (error) {
      // For want of memory, perhaps: the next one who asks shall not get the same error for ever.
      small = undefined
      throw error
    }
  }
  return async (accepted) =>
    takes(accepted, 'br')
      ? { body: await smallest(), headers: { vary: 'accept-encoding', 'content-encoding': 'br' } }
      : { body, headers: { vary: 'accept-encoding' } }
}
