import { promisify } from 'node:util'
import { brotliCompressSync, constants, gzip } from 'node:zlib'

const gzipAsync = promisify(gzip)

export type Encoded = { readonly body: string | Buffer; readonly headers: Readonly<Record<string, string>> }

const takes = (accepted: string | undefined, coding: string) =>
  new RegExp(`(^|[\\s,])${coding}(?!\\s*;\\s*q=0(\\.0*)?(\\s|,|$))`).test((accepted ?? '').slice(0, 200))

/** A page for one answer. Quick rather than small: it is made anew each time. */
export async function encodePage(body: string, accepted: string | undefined): Promise<Encoded> {
  if (!takes(accepted, 'gzip')) return { body, headers: { vary: 'accept-encoding' } }
  return {
    body: await gzipAsync(body, { level: 4 }),
    headers: { vary: 'accept-encoding', 'content-encoding': 'gzip' },
  }
}

/** A file that never changes. As small as can be: it is made once. */
export function encodeFile(body: string): (accepted: string | undefined) => Encoded {
  const small = brotliCompressSync(body, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: Buffer.byteLength(body),
    },
  })
  return (accepted) =>
    takes(accepted, 'br')
      ? { body: small, headers: { vary: 'accept-encoding', 'content-encoding': 'br' } }
      : { body, headers: { vary: 'accept-encoding' } }
}
