/** Every state of the page, in both themes and directions, against the rules of WCAG 2.2 A and AA that a program can check. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { openBrowser } from '../support/browser.ts'
import { PAGE_CASES } from './pageStates.ts'
import { type PageWorld, startPageWorld } from './pageWorld.ts'

type Issue = { id: string; help: string; nodes: { html: string; failureSummary: string }[] }

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

let browser: Browser
let world: PageWorld
let axe: string
before(async () => {
  browser = await openBrowser()
  world = await startPageWorld(browser)
  axe = await readFile(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8')
})
after(async () => {
  await world?.close()
  await browser?.close()
})

/** What is wrong with the page as it stands, frames of the acquirer included. */
async function issues(): Promise<Issue[]> {
  const found: Issue[] = []
  const panel = "getComputedStyle(document.querySelector('.panel')).backgroundColor"
  const ground = await world.page.evaluate<string>(panel)
  for (const frame of world.page.frames()) {
    if (frame.url() === 'about:blank') continue
    // The acquirer's pages are transparent: what is behind their words is our panel.
    if (frame.parentFrame()) await frame.evaluate(`document.documentElement.style.background = '${ground}'`)
    await frame.evaluate(axe)
    const { violations } = await frame.evaluate<{ violations: Issue[] }>(
      `axe.run(document, { runOnly: ${JSON.stringify(RULES)}, iframes: false })`,
    )
    // A page inside another has no landmarks and headings of its own to be judged by.
    const isInner = frame.parentFrame() !== null
    found.push(...violations.filter(({ id }) => !isInner || !/^(landmark|region|page-has|heading)/.test(id)))
  }
  return found
}

const say = (found: Issue[]) =>
  found
    .map(({ id, help, nodes }) => `${id}: ${help}\n${nodes.map((node) => node.html).join('\n')}`)
    .join('\n\n')

for (const theme of ['light', 'dark'] as const) {
  for (const locale of ['en', 'ar']) {
    test(`no issue in any state: ${theme}, ${locale}`, async () => {
      for (const one of PAGE_CASES) {
        await world.show(one, { locale, theme, size: { width: 390, height: 844 } })
        const found = await issues()
        assert.deepEqual(
          found.map(({ id }) => id),
          [],
          `${one.name}\n${say(found)}`,
        )
      }
    })
  }
}

test('the rules do find something: the same page with what they forbid', async () => {
  await world.show(PAGE_CASES[0]!, { locale: 'en', theme: 'light', size: { width: 390, height: 844 } })
  await world.page.evaluate(`{
    document.querySelector('label[for=email]').remove()
    document.querySelector('#card-frame').removeAttribute('title')
    document.querySelector('.amount').style.color = '#eee'
  }`)
  const ids = (await issues()).map(({ id }) => id)
  for (const id of ['label', 'frame-title', 'color-contrast'])
    assert.ok(ids.includes(id), `${id} in ${ids.join()}`)
})
