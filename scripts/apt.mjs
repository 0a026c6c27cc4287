// Installs packages of Debian and Ubuntu that tests need, where we may.
import { spawnSync } from 'node:child_process'

/**
 * Installs packages when we may: as root, or with sudo that asks for no password. What apt-get says goes to stderr.
 *
 * @param {string[]} packages
 * @param {string} what for people: what it is for, and how long it takes
 * @returns {boolean} whether they are installed; false where there is no apt-get or no right to use it
 */
export function aptInstall(packages, what) {
  const rights = rightsToInstall()
  if (rights === null) return false
  process.stderr.write(`Installing ${what} (apt-get) ...\n`)
  const options = ['-q', '-o', 'Acquire::http::Timeout=20']
  const steps = [['update'], ['install', '-y', '--no-install-recommends', ...packages]]
  return steps.every((step) => {
    const [program, ...args] = [...rights, 'apt-get', ...options, ...step]
    return spawnSync(program, args, { stdio: ['ignore', 2, 2] }).status === 0
  })
}

/** The words to put before apt-get, null when we may not install. */
function rightsToInstall() {
  const quiet = ['env', 'DEBIAN_FRONTEND=noninteractive']
  if (!succeeds('apt-get', '--version')) return null
  if (process.getuid?.() === 0) return quiet
  return succeeds('sudo', '-n', 'true') ? ['sudo', '-n', ...quiet] : null
}

function succeeds(program, ...args) {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0
}
