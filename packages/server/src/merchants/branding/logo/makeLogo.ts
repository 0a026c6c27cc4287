import { createHash } from 'node:crypto'
import { SkiroError } from '../../../lib/errors.ts'
import type { Tenant } from '../../../lib/tenant.ts'
import type { NewLogo } from '../brandingStore.ts'
import { encodePng } from './encodePng.ts'
import { fadesOn } from './fadesOn.ts'
import type { Pixels } from './pixels.ts'
import { rasterize } from './rasterize.ts'

const BYTES_MAX = 512 * 1024

/**
 * The logo of a merchant from the bytes of a PNG, JPEG, WebP or SVG. What customers get is a PNG of our own making with
 * the same pixels: no script, no reference, no metadata, nothing behind its end.
 * @throws SkiroError invalid_request, `param` logo
 */
export async function makeLogo({ merchant_id, livemode }: Tenant, picture: Uint8Array): Promise<NewLogo> {
  if (picture.length > BYTES_MAX) throw refused('must be at most 512 KB')
  if (!isKnown(Buffer.from(picture.subarray(0, 256)))) throw refused('must be a PNG, JPEG, WebP or SVG file')
  const pixels = hideTransparent(await rasterize(picture))
  const { width, height } = pixels
  const png = encodePng(pixels)
  // With merchant and mode in it, the address does not tell whether somebody else has the same logo.
  const hash = createHash('sha256')
    .update(`${merchant_id} ${livemode ? 'live' : 'test'}\n`)
    .update(png)
    .digest('hex')
    .slice(0, 32)
  return { hash, png, width, height, fades_on: fadesOn(pixels) }
}

function isKnown(start: Buffer): boolean {
  if (start.subarray(0, 8).equals(Buffer.from('89504e470d0a1a0a', 'hex'))) return true
  if (start.subarray(0, 3).equals(Buffer.from('ffd8ff', 'hex'))) return true
  const text = start.toString('latin1')
  if (/^RIFF.{4}WEBP/s.test(text)) return true
  return /^(?:\xef\xbb\xbf)?\s*<(?:\?xml\s|!--|!DOCTYPE\s+svg\b|svg\b)/.test(text)
}

/** Nobody sees the colour of what is fully transparent, so it may hold anything. An empty picture is refused. */
function hideTransparent(pixels: Pixels): Pixels {
  const { rgba } = pixels
  let seen = false
  for (let at = 0; at < rgba.length; at += 4) {
    if (rgba[at + 3] === 0) rgba.fill(0, at, at + 3)
    else seen = true
  }
  if (!seen)
    throw refused(
      'shows nothing. Files and addresses that an SVG refers to are not read; draw it in one file',
    )
  return pixels
}

function refused(reason: string): SkiroError {
  return new SkiroError('invalid_request', { param: 'logo', message: `logo ${reason}.` })
}
