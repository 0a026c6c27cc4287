// Makes the repository ready to run: installs the packages when they are missing or older than package-lock.json.
// Plain JavaScript for Node 20 on: it runs before the Node that the repository brings is there.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const OLDEST_HOST = [20, 0]
const OLDEST_OWN = [24, 12]

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const modules = join(root, 'node_modules')
const marker = join(modules, '.skiro-install')

/** @param {string} version @param {number[]} oldest */
function isAtLeast(version, oldest) {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number)
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1])
}

/** @param {string} message @returns {never} */
function fail(message) {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}

/** Version of the Node in node_modules, empty when it does not run. */
function ownNode() {
  const asked = spawnSync(join(modules, '.bin', 'node'), ['--version'], { encoding: 'utf8' })
  return asked.status === 0 ? asked.stdout.trim() : ''
}

function installedHash() {
  try {
    return readFileSync(marker, 'utf8').trim()
  } catch {
    return ''
  }
}

/** @param {readonly string[]} words */
function npm(...words) {
  // npm itself must not run on the Node that it is about to replace.
  const own_bin = join(modules, '.bin')
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => resolve(folder) !== own_bin)
  const { status, error } = spawnSync('npm', [...words, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    env: { ...process.env, PATH: path.join(delimiter) },
    shell: process.platform === 'win32',
    stdio: 'inherit',
  })
  if (error) fail(`npm cannot be run: ${error.message}`)
  if (status !== 0) fail('The install failed, see above. When it is solved, run the same command again.')
}

/** The packages here whose install scripts package.json allows. */
function allowedScripts() {
  const { allowScripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return Object.keys(allowScripts).filter((name) => allowScripts[name] && existsSync(join(modules, name)))
}

function install() {
  rmSync(marker, { force: true })
  process.stdout.write('Installing the packages of Skiro, about a minute the first time ...\n')
  // Not `npm ci`: it refuses a lock file without the other platforms' binaries, which not every registry mirror has.
  // With --no-save the locked versions are installed and the lock file stays as it is. Without scripts: not every npm
  // heeds `allowScripts`, and the Bitcoin test node's would want a compiler for what it can do without.
  npm('install', '--no-save', '--include=dev', '--ignore-scripts')
  npm('rebuild', ...allowedScripts())
}

function main() {
  if (!isAtLeast(process.version, OLDEST_HOST)) {
    fail(`Skiro needs Node 20 or later to start, this is ${process.version}. See https://nodejs.org`)
  }
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  if (installedHash() === wanted && isAtLeast(ownNode(), OLDEST_OWN)) return
  install()
  const version = ownNode()
  if (!isAtLeast(version, OLDEST_OWN)) {
    fail(
      `node_modules/.bin/node is ${version || 'missing or does not run'}, Skiro needs ${OLDEST_OWN.join('.')} or later. ` +
        'Was npm told to run no install scripts (npm config get ignore-scripts)?',
    )
  }
  writeFileSync(marker, `${wanted}\n`)
}

main()
