import { crc32, deflateSync } from 'node:zlib'

/** Pictures for tests of what reads them. Written by hand: no encoder makes the broken and hostile ones. */

/** One chunk of a PNG. */
export function pngChunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, sum])
}

/** A PNG of that size: RGBA, all pixels of one colour. `more` stands before the pixels; `idat` instead of them. */
export function png(
  width: number,
  height: number,
  {
    color = [31, 107, 79, 255],
    more = [],
    idat,
  }: { color?: readonly number[]; more?: readonly Buffer[]; idat?: Buffer } = {},
): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 6], 8)
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    pngChunk('IHDR', header),
    ...more,
    pngChunk('IDAT', idat ?? deflateSync(rows(width, height, color))),
    pngChunk('IEND', Buffer.alloc(0)),
  ])
}

function rows(width: number, height: number, color: readonly number[]): Buffer {
  const row = Buffer.alloc(1 + width * 4)
  for (let x = 0; x < width; x++) row.set(color, 1 + x * 4)
  return Buffer.alloc(row.length * height, row)
}

const NAMESPACES =
  'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:xi="http://www.w3.org/2001/XInclude"'

/** An SVG of 200 × 200. `doctype` stands before it. */
export function svg(body: string, { doctype = '', size = 'width="200" height="200"' } = {}): Buffer {
  return Buffer.from(`<?xml version="1.0"?>${doctype}<svg ${NAMESPACES} ${size}>${body}</svg>`)
}
