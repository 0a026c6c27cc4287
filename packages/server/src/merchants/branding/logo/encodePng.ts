import { crc32, deflateSync } from 'node:zlib'
import type { Pixels } from './pixels.ts'

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex')
const NONE = 0
const SUB = 1
const UP = 2
const PAETH = 4

/**
 * A PNG of three chunks: header, pixels, end. Written here and not by the library that reads pictures, so that whatever
 * a picture did to its reader, nothing of it but colours gets out: no metadata, no second file behind the first.
 * PNG 3rd edition: 8 bits, truecolour with alpha.
 */
export function encodePng({ width, height, rgba }: Pixels): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 6], 8)
  const size = width * 4
  const rows: Buffer[] = []
  for (let y = 0; y < height; y++) {
    const row = rgba.subarray(y * size, (y + 1) * size)
    const above = y === 0 ? Buffer.alloc(size) : rgba.subarray((y - 1) * size, y * size)
    rows.push(bestFilter(row, above))
  }
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(rows), { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, sum])
}

/** The row in the filter that leaves the smallest differences: the specification's own heuristic (§12.7). */
function bestFilter(row: Buffer, above: Buffer): Buffer {
  let best = { sum: Infinity, bytes: row }
  for (const filter of [NONE, SUB, UP, PAETH]) {
    const bytes = Buffer.alloc(row.length + 1)
    bytes[0] = filter
    let sum = 0
    for (let x = 0; x < row.length; x++) {
      const byte = ((row[x] ?? 0) - guess(filter, row, above, x)) & 255
      bytes[x + 1] = byte
      sum += byte < 128 ? byte : 256 - byte
    }
    if (sum < best.sum) best = { sum, bytes }
  }
  return best.bytes
}

function guess(filter: number, row: Buffer, above: Buffer, x: number): number {
  if (filter === NONE) return 0
  const left = row[x - 4] ?? 0
  if (filter === SUB) return left
  const up = above[x] ?? 0
  if (filter === UP) return up
  const corner = above[x - 4] ?? 0
  const [far_left, far_up, far_corner] = [up - corner, left - corner, left + up - 2 * corner].map(Math.abs)
  if (far_left! <= far_up! && far_left! <= far_corner!) return left
  return far_up! <= far_corner! ? up : corner
}
