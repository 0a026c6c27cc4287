import { constants, createGzip, type Gzip, type ZlibReset } from 'node:zlib'

/** So many are kept: the threads that Node compresses with. */
const KEPT = 4

/**
 * Gzip for bodies that are made anew for every answer, with compressors that are used again. What `zlib.gzip` makes for
 * each call outlives V8's quick collections with all that it holds, 50 KB of it, until a slow one stops the process.
 *
 * @throws rejects with what zlib says; that compressor is not used again
 */
export function gzipPool(level: number): (body: string) => Promise<Buffer> {
  const idle: (Gzip & ZlibReset)[] = []

  return (body) =>
    new Promise((resolve, reject) => {
      // Every write is a whole file: it ends with what gzip writes at the end.
      const gzip = idle.pop() ?? open(level)
      const parts: Buffer[] = []
      const take = (part: Buffer) => parts.push(part)
      gzip.on('data', take)
      gzip.once('error', reject)
      gzip.write(body, (error) => {
        if (error) return
        gzip.off('data', take).off('error', reject)
        gzip.reset()
        if (idle.length < KEPT) idle.push(gzip)
        else gzip.destroy()
        resolve(Buffer.concat(parts))
      })
    })
}

// The types of Node give `reset` to some of what inherits it.
const open = (level: number) => createGzip({ level, flush: constants.Z_FINISH }) as Gzip & ZlibReset
