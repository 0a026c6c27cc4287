import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { pathToFileURL } from 'node:url'
import { deflateSync, inflateSync } from 'node:zlib'
import sharp from 'sharp'
import { png, pngChunk, svg } from '../../../../../../test/support/pictures.ts'
import { makeLogo } from './makeLogo.ts'
import { rasterize } from './rasterize.ts'

const tenant = { merchant_id: 'mer_1', livemode: false }
const make = (picture: Uint8Array) => makeLogo(tenant, picture)
const pixelsOf = async (file: Buffer) =>
  await sharp(file).ensureAlpha().raw().toBuffer({ resolveWithObject: true })
/** Colour and opacity in the middle. */
async function middle(file: Buffer): Promise<number[]> {
  const { data, info } = await pixelsOf(file)
  const at = (Math.floor(info.height / 2) * info.width + Math.floor(info.width / 2)) * 4
  return [...data.subarray(at, at + 4)]
}
/** What a PNG is made of. Fails when anything stands behind its end. */
function chunks(file: Buffer): string[] {
  const types: string[] = []
  let at = 8
  for (; at < file.length; at += 12 + file.readUInt32BE(at))
    types.push(file.toString('latin1', at + 4, at + 8))
  assert.equal(at, file.length)
  return types
}
const refused = (picture: Uint8Array, message: RegExp) =>
  assert.rejects(make(picture), { code: 'invalid_request', param: 'logo', message })

const LEAF = [31, 107, 79, 255]
const FULL = '<rect width="200" height="200" fill="#1f6b4f"/>'

describe('a logo', () => {
  test('of each kind becomes a PNG of header, pixels and end, in its box', async () => {
    const flat = await sharp(png(640, 160)).raw().toBuffer({ resolveWithObject: true })
    const raw = { raw: { width: flat.info.width, height: flat.info.height, channels: 4 as const } }
    const from: [string, Buffer, [number, number]][] = [
      ['png', png(640, 160), [512, 128]],
      ['jpeg', await sharp(flat.data, raw).jpeg({ quality: 100 }).toBuffer(), [512, 128]],
      ['webp', await sharp(flat.data, raw).webp({ lossless: true }).toBuffer(), [512, 128]],
      ['svg', svg(FULL), [192, 192]],
      ['an svg of an icon', svg(FULL, { size: 'viewBox="0 0 24 24"' }), [192, 192]],
      ['a small png, which is not blown up', png(130, 129), [130, 129]],
    ]
    for (const [kind, picture, [width, height]] of from) {
      const logo = await make(picture)
      assert.deepEqual([logo.width, logo.height], [width, height], kind)
      assert.deepEqual(chunks(logo.png), ['IHDR', 'IDAT', 'IEND'], kind)
      const { info } = await pixelsOf(logo.png)
      assert.deepEqual([info.width, info.height], [width, height], kind)
      for (const [channel, value] of (await middle(logo.png)).entries())
        assert.ok(Math.abs(value - (LEAF[channel] ?? 0)) <= 3, `${kind}: ${value}`)
    }
  })

  test('keeps every pixel: what is written is what was drawn', async () => {
    const noise = Buffer.from(
      Array.from({ length: 150 * 140 * 4 }, (_, n) => (n * 7919 + (n >> 5) * 31) & 255),
    )
    for (let at = 3; at < noise.length; at += 4) noise[at] = 255 - (at & 96)
    const picture = await sharp(noise, { raw: { width: 150, height: 140, channels: 4 } })
      .png()
      .toBuffer()
    assert.deepEqual((await pixelsOf((await make(picture)).png)).data, noise)
  })

  test('has an address of merchant, mode and content', async () => {
    const one = await make(svg(FULL))
    assert.match(one.hash, /^[0-9a-f]{32}$/)
    assert.equal((await make(svg(FULL))).hash, one.hash)
    const others = [
      await make(svg(FULL.replace('1f6b4f', '1f6b50'))),
      await makeLogo({ ...tenant, livemode: true }, svg(FULL)),
      await makeLogo({ ...tenant, merchant_id: 'mer_2' }, svg(FULL)),
    ]
    assert.equal(new Set([one, ...others].map(({ hash }) => hash)).size, 4)
  })

  test('tells the theme that would swallow it', async () => {
    const ring = (color: string) => svg(`<circle cx="100" cy="100" r="90" fill="${color}"/>`)
    assert.equal((await make(ring('#fff'))).fades_on, 'light')
    assert.equal((await make(ring('#000'))).fades_on, 'dark')
    assert.equal((await make(ring('#1f6b4f'))).fades_on, null)
    // White letters on a green badge are on green, and a picture with its own ground is on that.
    const badge = svg(
      '<circle cx="100" cy="100" r="90" fill="#1f6b4f"/><circle cx="100" cy="100" r="60" fill="#fff"/>',
    )
    assert.equal((await make(badge)).fades_on, null)
    assert.equal((await make(png(200, 200, { color: [255, 255, 255, 255] }))).fades_on, null)
  })

  test('is refused when it is too large, too small, or no picture', async () => {
    await refused(Buffer.alloc(512 * 1024 + 1), /at most 512 KB/)
    await refused(png(127, 400), /at least 128 pixels/)
    await refused(png(400, 127), /at least 128 pixels/)
    await refused(Buffer.alloc(0), /PNG, JPEG, WebP or SVG/)
    await refused(Buffer.from('GIF89a'), /PNG, JPEG, WebP or SVG/)
    await refused(
      Buffer.from('<html><svg xmlns="http://www.w3.org/2000/svg"/></html>'),
      /PNG, JPEG, WebP or SVG/,
    )
    await refused(svg(''), /shows nothing/)
    await refused(png(200, 200, { color: [255, 0, 0, 0] }), /shows nothing/)
  })
})

describe('a hostile logo', () => {
  const folder = mkdtempSync(join(tmpdir(), 'logo-'))
  after(() => rmSync(folder, { recursive: true }))
  const file = (name: string, content: Uint8Array | string) => {
    writeFileSync(join(folder, name), content)
    return pathToFileURL(join(folder, name)).href
  }

  test('that refers to files or addresses shows neither', async () => {
    const asked: string[] = []
    const server = createServer((request, response) => {
      asked.push(String(request.url))
      response.setHeader('content-type', 'image/svg+xml').end(svg(FULL))
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : 0
    const [red, secret] = [file('red.svg', svg(FULL)), file('secret.txt', 'the secret')]
    const all = 'width="200" height="200"'
    try {
      for (const where of [red, red.replace('file://', ''), `http://127.0.0.1:${port}/x.svg`]) {
        const ways = [
          `<image href="${where}" ${all}/><image xlink:href="${where}" ${all}/><use href="${where}#x"/>`,
          `<style>@import url("${where}");</style><rect ${all} style="fill:url(${where}#x)"/>`,
        ]
        await refused(svg(ways.join('')), /shows nothing/)
      }
      await refused(svg(`<text y="99"><xi:include href="${secret}" parse="text"/></text>`), /shows nothing/)
      const entity = `<!DOCTYPE svg [<!ENTITY x SYSTEM "${secret}">]>`
      await refused(svg('<text y="99">&x;</text>', { doctype: entity }), /cannot be read|shows nothing/)
      assert.deepEqual(asked, [])
      // The control: the same picture inside the file is drawn.
      const inside = `data:image/png;base64,${png(200, 200).toString('base64')}`
      assert.deepEqual(await middle((await make(svg(`<image href="${inside}" ${all}/>`))).png), LEAF)
    } finally {
      server.close()
    }
  })

  test('with a script, a handler or a page in it becomes a picture without', async () => {
    const script = '<script>alert(1)</script><foreignObject><body onload="alert(1)"/></foreignObject>'
    const { png: made } = await make(svg(`${script}${FULL}`))
    assert.deepEqual(await middle(made), LEAF)
    assert.doesNotMatch(made.toString('latin1'), /script|alert|onload/)
  })

  test('that is a second file as well is one afterwards, and loses what it says about itself', async () => {
    const says = (type: string) => pngChunk(type, Buffer.from('Comment\0<script>alert(1)</script>', 'latin1'))
    const page = Buffer.from('<html><script>alert(1)</script></html>PK\x03\x04', 'latin1')
    const polyglot = Buffer.concat([png(200, 200, { more: [says('tEXt'), says('skIr')] }), page])
    assert.match(polyglot.toString('latin1'), /alert/)
    const { png: made } = await make(polyglot)
    assert.deepEqual(chunks(made), ['IHDR', 'IDAT', 'IEND'])
    for (const word of ['alert', 'PK\x03\x04']) assert.ok(!made.includes(Buffer.from(word, 'latin1')))
    // Its colours neither, where nobody sees them.
    const hidden = await make(png(200, 200, { color: [65, 66, 67, 0], idat: hiddenRows() }))
    const { data } = await pixelsOf(hidden.png)
    assert.ok(!data.includes(Buffer.from('ABC')))
    for (const mixed of [
      Buffer.concat([Buffer.from('GIF89a/*'), png(200, 200)]),
      Buffer.concat([Buffer.from('%PDF-1.7\n'), svg(FULL)]),
    ])
      await refused(mixed, /PNG, JPEG, WebP or SVG/)
    // Begins like one kind and is another: no reader for it is there.
    const gif = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.from('GIF89a')])
    await refused(gif, /cannot be read/)
  })

  test('that grows when it is opened is refused before it does', async () => {
    await refused(png(30_000, 30_000, { idat: deflateSync(Buffer.alloc(1e6)) }), /4096 × 4096/)
    await refused(svg(FULL, { size: 'width="10000000" height="10000000"' }), /4096 × 4096|cannot be read/)
    const inside = png(9000, 9000, { idat: deflateSync(Buffer.alloc(9000 * 36_001)) })
    const nested = `<image href="data:image/png;base64,${inside.toString('base64')}" width="99" height="99"/>`
    await refused(svg(nested), /too much memory/)
    const text = Buffer.concat([Buffer.from('a\0\0', 'latin1'), deflateSync(Buffer.alloc(100e6))])
    const swollen = png(200, 200, { more: [pngChunk('zTXt', text), pngChunk('iCCP', text)] })
    await outcome(swollen)
    const laughs = 'bcdefghij'
      .split('')
      .map((name, n) => `<!ENTITY ${name} "${`&${'abcdefghi'[n]};`.repeat(10)}">`)
    const doctype = `<!DOCTYPE svg [<!ENTITY a "ha">${laughs.join('')}]>`
    await refused(svg('<text y="99">&j;</text>', { doctype }), /cannot be read/)
    await refused(svg('<g>'.repeat(30_000) + '</g>'.repeat(30_000)), /cannot be read/)
  })

  test('that takes its time is given up', async () => {
    await assert.rejects(rasterize(svg(FULL), 1), { code: 'invalid_request', message: /takes too long/ })
  })

  test('that is cut off or damaged is refused', async () => {
    const whole = png(300, 300, { idat: deflateSync(Buffer.alloc(300 * 1201, 0), { level: 0 }) })
    await refused(whole.subarray(0, whole.length - 9000), /cannot be read/)
    const jpeg = await sharp({ create: { width: 300, height: 300, channels: 3, background: '#1f6b4f' } })
      .jpeg()
      .toBuffer()
    await refused(jpeg.subarray(0, jpeg.length / 2), /cannot be read/)
    await refused(svg('<rect width="200"'), /cannot be read/)
  })
})

/** A line of pixels that are seen, then nothing but ABC that is not. */
function hiddenRows(): Buffer {
  const whole = inflateSync(png(200, 200, { color: [65, 66, 67, 0] }).subarray(41, -16))
  whole.fill(255, 1, 801)
  return deflateSync(whole)
}

/** A picture, or a refusal: never anything else, and not after a long time. */
async function outcome(picture: Buffer): Promise<void> {
  await make(picture).catch((error: unknown) =>
    assert.equal((error as { code?: string }).code, 'invalid_request'),
  )
}
