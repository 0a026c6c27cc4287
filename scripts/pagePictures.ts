/** `npm run pictures:page`: every state of the hosted page × theme × direction × size, as pictures in docs/page/. */
import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { PAGE_CASES } from '../test/page/pageStates.ts'
import { startPageWorld } from '../test/page/pageWorld.ts'
import { findBrowser, openBrowser } from '../test/support/browser.ts'

const FOLDER = fileURLToPath(new URL('../docs/page/', import.meta.url))
const SIZES = { phone: { width: 390, height: 844 }, desktop: { width: 1200, height: 800 } }

findBrowser()
await mkdir(FOLDER, { recursive: true })
const browser = await openBrowser()
const world = await startPageWorld(browser)
let count = 0
try {
  for (const one of PAGE_CASES) {
    for (const [direction, locale] of [
      ['ltr', 'en'],
      ['rtl', 'ar'],
    ] as const) {
      for (const theme of ['light', 'dark'] as const) {
        for (const [name, size] of Object.entries(SIZES)) {
          await world.show(one, { locale, theme, size })
          const path = `${FOLDER}${one.name}-${theme}-${direction}-${name}.png`
          const picture = await world.page.screenshot({ fullPage: true, animations: 'disabled' })
          // 256 colours are all of the page's, at a third of the size.
          await sharp(picture).png({ palette: true }).toFile(path)
          count += 1
        }
      }
    }
  }
} finally {
  await world.close()
  await browser.close()
}
process.stdout.write(`${count} pictures in docs/page/\n`)
