import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { Script } from 'node:vm'
import { gzipSync } from 'node:zlib'
import { loadAssets } from './assets.ts'
import { bundle } from './bundle.ts'

const assets = loadAssets()

test('the script is small: 12 KB gzipped at most', () => {
  const size = gzipSync(assets.script_body).length
  assert.ok(size <= 12 * 1024, `${size} bytes`)
  assert.ok(gzipSync(assets.style_body).length <= 12 * 1024)
})

test('the script is one valid classic script without types, imports, or ways to make code from text', () => {
  assert.doesNotThrow(() => new Script(assets.script_body))
  assert.doesNotMatch(assets.script_body, /^\s*(import|export)\b/m)
  assert.doesNotMatch(
    assets.script_body,
    /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|createElement|srcdoc/,
  )
  // Messages go to one exact origin, never to whoever happens to be in the frame.
  assert.doesNotMatch(assets.script_body, /postMessage\([^)]*['"`]\*/)
})

test('paths and integrity follow the content', () => {
  const hash = createHash('sha256').update(assets.script_body).digest('hex').slice(0, 16)
  assert.equal(assets.script_path, `/_page/checkout.${hash}.js`)
  const digest = createHash('sha384').update(assets.script_body).digest('base64')
  assert.equal(assets.script_integrity, `sha384-${digest}`)
  assert.deepEqual(loadAssets(), assets)
})

test('the stylesheet knows no left and right, loads nothing, and sets no type below 13px', () => {
  const style = assets.style_body
  const PHYSICAL =
    /(margin|padding|border|inset|scroll-\w+)-(left|right|top|bottom)|-(left|right)\b|(align|float|clear): (left|right)|[\s;{](left|right|float|clear):|translate(X|3d)|[\s;{]direction:/
  assert.doesNotMatch(style, PHYSICAL)
  // Shorthands of four go around clockwise whatever the direction: the second is the right side, the fourth the left.
  for (const [rule, right, left] of style.matchAll(
    /(?:margin|padding|inset|border-\w+): \S+ (\S+) \S+ ([^\s;]+);/g,
  ))
    assert.equal(right, left, rule)
  assert.doesNotMatch(style, /url\(|@import/)
  for (const [, size] of style.matchAll(/font-size: ([0-9.]+)rem/g)) assert.ok(Number(size) >= 0.8125, size)
})

/** Relative luminance and contrast as WCAG 2.2 defines them. */
function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [one, other]
    .map((colour) => {
      const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
        const channel = Number.parseInt(colour.slice(at, at + 2), 16) / 255
        return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
      })
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue
    })
    .sort((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

test('text has a contrast of 4.5 and field borders of 3, in light and in dark', () => {
  const [light = '', dark = ''] = assets.style_body.split('@media (prefers-color-scheme: dark)')
  for (const theme of [light, dark]) {
    const colours = new Map(
      [...theme.matchAll(/(--[\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]),
    )
    const colour = (name: string) => colours.get(name) ?? assert.fail(`no colour ${name}`)
    const texts = [
      ['--ink', '--ground'],
      ['--ink', '--panel'],
      ['--ink', '--field'],
      ['--ink', '--warn-soft'],
      ['--soft', '--ground'],
      ['--soft', '--panel'],
      ['--link', '--ground'],
      ['--link', '--accent-soft'],
      ['--on-accent', '--accent'],
      ['--good', '--good-soft'],
      ['--bad', '--bad-soft'],
      ['--bad', '--panel'],
      ['--warn', '--warn-soft'],
      ['--warn', '--panel'],
    ] as const
    for (const [text, ground] of texts) {
      const ratio = contrast(colour(text), colour(ground))
      assert.ok(ratio >= 4.5, `${text} on ${ground}: ${ratio}`)
    }
    assert.ok(contrast(colour('--field-line'), colour('--field')) >= 3, 'field border on field')
    assert.ok(contrast(colour('--field-line'), colour('--panel')) >= 3, 'field border on panel')
  }
})

function sources(t: TestContext, files: Record<string, string>): URL {
  const folder = mkdtempSync(join(tmpdir(), 'bundle-'))
  t.after(() => rmSync(folder, { recursive: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return pathToFileURL(join(folder, 'main.ts'))
}

test('the bundle puts each imported file once before its user', (t) => {
  const entry = sources(t, {
    'main.ts':
      "import { two } from './two.ts'\nimport {\n  one,\n} from './one.ts'\nimport type { X } from './x.ts'\nresult = one + two\n",
    'one.ts': 'export const one: number = 1\n',
    'two.ts': "import { one } from './one.ts'\nexport const two: number = one + 1\n",
  })
  const code = bundle(entry)
  assert.equal(new Script(`let result\n${code.replace("'use strict'", '')}\nresult`).runInNewContext(), 3)
})

test('the bundle leaves out comments, and nothing that only looks like one', (t) => {
  const entry = sources(t, {
    'main.ts':
      "/** What it is. */\nexport const url = 'https://a.example' // where\n/**\n * More:\n * `code`\n */\n// and more\nconst all = ['/* no comment */', `// nor ${url}`]\nresult = all.join()\n",
  })
  const code = bundle(entry)
  assert.doesNotMatch(code, /What it is|More|and more/)
  const result = new Script(`let result\n${code.replace("'use strict'", '')}\nresult`).runInNewContext()
  assert.equal(result, '/* no comment */,// nor https://a.example')
})

test('the bundle refuses what it does not know', (t) => {
  for (const line of [
    "import { a as b } from './one.ts'",
    "import * as one from './one.ts'",
    "import { a } from 'package'",
    "export { a } from './one.ts'",
    'export default 1',
    'const text = `one\n// two`',
  ]) {
    const entry = sources(t, { 'main.ts': `${line}\n`, 'one.ts': 'export const a = 1\n' })
    assert.throws(() => bundle(entry), /cannot be bundled/, line)
  }
})
