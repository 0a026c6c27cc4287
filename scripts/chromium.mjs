// Finds or installs a Chromium for the browser tests. As a program it prints the path on stdout.
import { spawnSync } from 'node:child_process'
import { accessSync, constants, realpathSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { aptInstall } from './apt.mjs'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const MAC_APPS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/**
 * Path of a Chromium that runs: `$CHROMIUM_BIN`, else one of the system, else one that apt-get installs now when we
 * may (root, or sudo without a password), else that of the npm package `@sparticuz/chromium` when it is installed.
 * Progress goes to stderr.
 *
 * @returns {string}
 * @throws {Error} that says what to install, when there is none
 */
export function findChromium() {
  const wanted = process.env.CHROMIUM_BIN
  if (wanted) {
    if (works(wanted)) return wanted
    throw new Error(`CHROMIUM_BIN is set to ${wanted}, which does not run.`)
  }
  const found = ofSystem() ?? installed() ?? ofPackage()
  if (found) return found
  throw new Error(
    'No Chromium found. Install one (Debian: apt-get install chromium) or set CHROMIUM_BIN to the path of one.',
  )
}

function ofSystem() {
  const folders = ['/usr/bin', ...(process.env.PATH ?? '').split(delimiter)]
  const paths = [...folders.flatMap((folder) => NAMES.map((name) => join(folder, name))), ...MAC_APPS]
  return paths.find((path) => works(path)) ?? null
}

/** A file alone says little: on Ubuntu /usr/bin/chromium-browser only tells to install a snap. */
function works(path) {
  try {
    accessSync(path, constants.X_OK)
  } catch {
    return false
  }
  return spawnSync(path, ['--version'], { stdio: 'ignore', timeout: 20_000 }).status === 0
}

function installed() {
  return aptInstall(['chromium'], 'Chromium for the browser tests, about a minute') ? ofSystem() : null
}

function ofPackage() {
  const code = "import chromium from '@sparticuz/chromium'; console.log(await chromium.executablePath())"
  const asked = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const path = asked.status === 0 ? asked.stdout.trim() : ''
  return path && works(path) ? path : null
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    process.stdout.write(`${findChromium()}\n`)
  } catch (error) {
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 1
  }
}
