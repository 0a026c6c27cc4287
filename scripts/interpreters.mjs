// Installs Python and PHP, in which receivers of our pages are written, where they are missing and we may. Where not,
// nothing is lost: their tests are skipped and say what to install. Go is not installed: it is several hundred MB.
import { spawnSync } from 'node:child_process'
import { aptInstall } from './apt.mjs'

const NEEDED = [
  { program: ['python3', '-c', 'import sqlite3'], packages: ['python3'] },
  {
    program: ['php', '-r', 'exit(extension_loaded("pdo_sqlite") ? 0 : 1);'],
    packages: ['php-cli', 'php-sqlite3'],
  },
]

const missing = NEEDED.filter(
  ({ program: [name, ...args] }) => spawnSync(name, args, { stdio: 'ignore', timeout: 20_000 }).status !== 0,
).flatMap(({ packages }) => packages)

if (missing.length > 0 && !aptInstall(missing, `${missing.join(' ')} for the tests of our pages`))
  process.stderr.write(`Not installed: ${missing.join(' ')}. The tests that need them are skipped.\n`)
