import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { it } from 'node:test'
import { ROOT } from '../sdk/project.ts'

const PAGES = ['*.md', '{docs,examples,bench}/**/*.md', 'packages/*/README.md']

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')

/** The text of a page without its code. */
const prose = (text: string) => text.replace(/^```[^]*?^```$/gm, '').replace(/`[^`\n]*`/g, '')

/** The anchor that GitHub gives to a heading. */
const anchor = (heading: string) =>
  heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-')

const anchorsOf = (path: string) =>
  [
    ...read(path)
      .replace(/^```[^]*?^```$/gm, '')
      .matchAll(/^#+ (.+)$/gm),
  ].map(([, heading = '']) => anchor(heading))

/** What is wrong with the links of a page to other files, and to headings in them. */
function brokenLinks(page: string, text: string): string[] {
  const targets = [...prose(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)
  return targets
    .filter((target) => !/^(?:https?:|mailto:|\/)/.test(target))
    .filter((target) => {
      const [file = '', heading] = target.split('#')
      const path = file === '' ? page : normalize(join(dirname(page), file))
      if (!existsSync(join(ROOT, path))) return true
      return heading !== undefined && !anchorsOf(path).includes(heading)
    })
    .map((target) => `${page}: ${target}`)
}

it('every link from one page of the repository to another leads somewhere', () => {
  const pages = globSync(PAGES, { cwd: ROOT, exclude: ['**/node_modules/**'] })
  assert.ok(pages.length > 15)
  assert.deepEqual(
    pages.flatMap((page) => brokenLinks(page, read(page))),
    [],
  )
  const wrong = '[a](none.md) [b](docs/guides/errors.md#none) [c](docs/guides/errors.md#when-to-send-again)'
  assert.equal(brokenLinks('README.md', wrong).length, 2)
})
