/** docs/guides/quickstart.md as a newcomer goes through it: the sandbox, a terminal, a browser. */
import assert from 'node:assert/strict'
import { cp, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { after, describe } from 'node:test'
import type { Browser } from 'playwright-core'
import { freePort } from '../../packages/sandbox/src/ports.ts'
import { ROOT, sourceProject } from '../sdk/project.ts'
import { openBrowser, typeCard } from '../support/browser.ts'
import { eventually } from '../support/pay.ts'
import { type Sandbox, startSandbox, temporaryFolder } from '../support/sandbox.ts'
import { testGuide } from './guide.ts'

const CARD = '4242424242424242'

let sandbox: Sandbox | undefined
let browser: Browser | undefined
let folder: Awaited<ReturnType<typeof temporaryFolder>> | undefined

/** Opens the address, types the card, presses the button and waits until the page says that it is paid. */
async function payAt(url: string): Promise<void> {
  assert.ok(browser)
  const page = await browser.newPage({ locale: 'en-US' })
  await page.goto(url)
  await typeCard(page, CARD)
  await page.click('#pay')
  await page.getByRole('heading', { name: /payment|paid/i }).waitFor({ timeout: 60_000 })
  await page.close()
}

/** The folder of the repository, as far as the page needs it, with the state of a sandbox that runs. */
async function openRepository(state: string) {
  const project = await sourceProject()
  await cp(join(ROOT, 'packages/sdk'), join(project.dir, 'packages/sdk'), {
    recursive: true,
    filter: (path) => !/[/\\](?:dist|node_modules)$/.test(path),
  })
  await cp(join(ROOT, 'tsconfig.json'), join(project.dir, 'tsconfig.json'))
  await symlink(state, join(project.dir, '.skiro'), 'dir')
  await project.write({ 'package.json': { private: true, type: 'module', workspaces: ['packages/*'] } })
  return project
}

describe('docs/guides/quickstart.md', () => {
  const { close } = testGuide('quickstart.md', async () => {
    folder = await temporaryFolder()
    sandbox = await startSandbox(folder.dir)
    browser = await openBrowser()
    const sessionUrl = async () => {
      const { api_url, test_api_key } = sandbox!.facts
      const answer = await fetch(`${api_url}/v1/checkout?metadata[order_id]=ORD-2847`, {
        headers: { authorization: `Bearer ${test_api_key}` },
      })
      const { data } = (await answer.json()) as { data: { url: string }[] }
      return data[0]?.url ?? ''
    }
    return {
      project: await openRepository(folder.dir),
      env: {
        PORT: String(await freePort('127.0.0.1')),
        npm_config_offline: 'true',
        npm_config_audit: 'false',
        npm_config_fund: 'false',
      },
      before: { 'metadata[order_id]=': async () => payAt(await sessionUrl()) },
      meanwhile: {
        'node shop.mjs': async (printed) =>
          payAt(await eventually('an address', 20, async () => /pay at (\S+)/.exec(printed())?.[1])),
      },
    }
  })
  after(async () => {
    await close()
    await browser?.close()
    await sandbox?.stop()
    await folder?.remove()
  })
})
