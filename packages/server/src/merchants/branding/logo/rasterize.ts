import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { SkiroError } from '../../../lib/errors.ts'
import { LOGO_HEIGHT_MAX, LOGO_WIDTH_MAX, type Pixels } from './pixels.ts'
import { EXITS } from './rasterExits.ts'

const PROGRAM = new URL('./rasterProcess.ts', import.meta.url).pathname
const TIME_MAX_MS = 10_000
const HEAP_MAX_MB = 256
const OUTPUT_MAX = 8 + LOGO_WIDTH_MAX * LOGO_HEIGHT_MAX * 4

const REFUSALS: Record<number, string> = {
  [EXITS.too_many_pixels]: 'must have at most 4096 × 4096 pixels',
  [EXITS.too_small]: 'must be at least 128 pixels wide and high',
  [EXITS.unreadable]: 'cannot be read: the file is damaged, or not what it begins like',
}

/**
 * Draws a picture of a hostile sender, in a process that ends with it, scaled into the logo's box.
 * @throws SkiroError invalid_request for what cannot be drawn, or not within 10 seconds and 512 MB
 */
export async function rasterize(picture: Uint8Array, time_max_ms = TIME_MAX_MS): Promise<Pixels> {
  const child = spawn(process.execPath, [`--max-old-space-size=${HEAP_MAX_MB}`, PROGRAM], {
    cwd: '/',
    // Nothing of ours: a reader that was taken over finds no key in its environment.
    env: {},
    stdio: ['pipe', 'pipe', 'ignore'],
    timeout: time_max_ms,
    killSignal: 'SIGKILL',
  })
  // One that ended without reading says so by its exit code.
  child.stdin.on('error', () => undefined)
  child.stdin.end(picture)
  const parts: Buffer[] = []
  let length = 0
  child.stdout.on('data', (part: Buffer) => {
    length += part.length
    if (length <= OUTPUT_MAX) parts.push(part)
    else child.kill('SIGKILL')
  })
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
  if (signal === 'SIGTERM') throw refused('takes too much memory to draw: make it smaller, or save it as PNG')
  if (signal !== null) throw refused('takes too long to draw: simplify it, or save it as PNG')
  if (code !== 0) {
    const reason = REFUSALS[code ?? -1]
    if (reason === undefined)
      throw new Error(`The program that draws logos failed (${code}). Is the package sharp installed?`)
    throw refused(reason)
  }
  return readPixels(Buffer.concat(parts))
}

/** Trusts the sizes no further than the bytes that came. */
function readPixels(output: Buffer): Pixels {
  const [width, height] =
    output.length < 8 ? [0, 0] : ([output.readUInt32BE(0), output.readUInt32BE(4)] as const)
  const rgba = output.subarray(8)
  const fits = width > 0 && width <= LOGO_WIDTH_MAX && height > 0 && height <= LOGO_HEIGHT_MAX
  if (!fits || rgba.length !== width * height * 4) throw refused(REFUSALS[EXITS.unreadable] ?? '')
  return { width, height, rgba }
}

function refused(reason: string): SkiroError {
  return new SkiroError('invalid_request', { param: 'logo', message: `logo ${reason}.` })
}
