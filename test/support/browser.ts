import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type Browser, type Page, chromium } from 'playwright-core'

const FINDER = fileURLToPath(new URL('../../scripts/chromium.mjs', import.meta.url))

/** Finds or installs Chromium for programs that are not tests: the test command does it for those. */
export function findBrowser(): void {
  const found = spawnSync(process.execPath, [FINDER], { encoding: 'utf8' })
  process.env.CHROMIUM_BIN = found.stdout.trim()
}

/** Chromium as the test command found it. Nothing of its own goes to the network. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM_BIN
  if (!executablePath) throw new Error('No Chromium. Run tests with `npm test`, which finds or installs it.')
  return await chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

/** Types a card into the acquirer's frame, as a customer does. */
export async function typeCard(page: Page, number: string): Promise<void> {
  const frame = page.frameLocator('#card-frame')
  for (const [field, text] of [
    ['cc-number', number],
    ['cc-exp', '1234'],
    ['cc-csc', '123'],
    ['cc-name', 'Ada Buyer'],
  ] as const) {
    const input = frame.locator(`input[autocomplete=${field}]`)
    await input.fill('')
    await input.pressSequentially(text)
  }
}
