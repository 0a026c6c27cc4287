/**
 * A program of its own that draws one picture: bytes on stdin; on stdout width, height and pixels. Whatever is wrong
 * with the picture, it is wrong in here: no setting, no secret, no database, and a parent with a clock.
 */
import { buffer } from 'node:stream/consumers'
import sharp from 'sharp'
import { LOGO_HEIGHT_MAX, LOGO_WIDTH_MAX } from './pixels.ts'
import { EXITS } from './rasterExits.ts'

const SIDE_MIN = 128
const PIXELS_MAX = 4096 * 4096
const MEMORY_MAX = 512 * 1024 * 1024
const POINTS_PER_INCH = 72

// Four readers out of some forty. A GIF that calls itself a PNG meets no reader for GIFs.
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({
  operation: ['Png', 'Jpeg', 'Webp', 'Svg'].map((type) => `VipsForeignLoad${type}Buffer`),
})
sharp.cache(false)
sharp.concurrency(1)

// Drawing happens on another thread. A picture inside an SVG is opened whatever its size, so this one keeps watch; a
// signal, because a process that exits by itself waits for its threads.
setInterval(() => {
  if (process.memoryUsage.rss() > MEMORY_MAX) process.kill(process.pid, 'SIGTERM')
}, 10).unref()
process.exitCode = await draw(await buffer(process.stdin))

async function draw(picture: Buffer): Promise<number> {
  const limits = { limitInputPixels: PIXELS_MAX, failOn: 'error' } as const
  try {
    const { format, width, height } = await sharp(picture, limits).metadata()
    const vector = format === 'svg'
    if (!vector && width * height > PIXELS_MAX) return EXITS.too_many_pixels
    if (!vector && Math.min(width, height) < SIDE_MIN) return EXITS.too_small
    const scale = Math.min(LOGO_WIDTH_MAX / width, LOGO_HEIGHT_MAX / height)
    const density = Math.min(Math.max(POINTS_PER_INCH * scale, 1), 100_000)
    const { data, info } = await sharp(picture, vector ? { ...limits, density } : limits)
      .autoOrient()
      .resize({
        width: LOGO_WIDTH_MAX,
        height: LOGO_HEIGHT_MAX,
        fit: 'inside',
        withoutEnlargement: !vector,
      })
      .toColourspace('srgb')
      .ensureAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    const size = Buffer.alloc(8)
    size.writeUInt32BE(info.width, 0)
    size.writeUInt32BE(info.height, 4)
    process.stdout.write(Buffer.concat([size, data]))
    return 0
  } catch (error) {
    const too_big = error instanceof Error && /exceeds pixel limit/.test(error.message)
    return too_big ? EXITS.too_many_pixels : EXITS.unreadable
  }
}
