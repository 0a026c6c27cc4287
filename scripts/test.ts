/**
 * `npm test [-- files]`: everything that must pass. Starts one real PostgreSQL in a temporary folder, migrates a
 * template that each test file clones, finds or installs Chromium, Python and PHP, then runs the checks and the tests.
 */
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { chmod, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { startPostgres } from '../packages/sandbox/src/postgres.ts'
import { makeTemplate } from '../test/support/makeTemplate.ts'
import { quickFolder } from './quickFolder.ts'
import { runTests } from './runTests.ts'

const ROOT = new URL('..', import.meta.url).pathname
const ALL = ['packages/**/*.test.ts', 'test/**/*.test.ts', 'scripts/**/*.test.ts', 'bench/**/*.test.ts']
const files = process.argv.slice(2)

if (files.length === 0) {
  const check = spawnSync(process.execPath, ['--conditions=source', 'scripts/check.ts'], {
    cwd: ROOT,
    stdio: 'inherit',
  })
  if (check.status !== 0) process.exit(1)
}

const chromium = spawnSync(process.execPath, ['scripts/chromium.mjs'], {
  cwd: ROOT,
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'inherit'],
})
if (chromium.status !== 0 && files.length === 0) process.exit(1)

// Without them the tests of our pages' Python and PHP are skipped, and say what to install.
if (files.length === 0 || files.some((file) => file.includes('receivers')))
  spawnSync(process.execPath, ['scripts/interpreters.mjs'], { cwd: ROOT, stdio: 'inherit' })

const folder = await quickFolder('skiro-test-')
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    process.exit(1)
  })
}
// PostgreSQL runs as another account when we are root, and has to come to its socket, and to clusters that tests make.
const [sockets, temporary] = [join(folder, 'sockets'), join(folder, 'tmp')] as const
await chmod(folder, 0o711)
for (const shared of [sockets, temporary]) {
  await mkdir(shared)
  await chmod(shared, 0o1777)
}
const postgres = await startPostgres({
  dir: join(folder, 'postgres'),
  log_file: join(folder, 'postgres.log'),
  settings: { unix_socket_directories: sockets },
})
let passed = false
try {
  await makeTemplate(postgres)
  Object.assign(process.env, {
    CHROMIUM_BIN: chromium.stdout.trim(),
    SKIRO_TEST_PG_SOCKET: sockets,
    TMPDIR: temporary,
    // A thousand processes start here, and each would take the types off the same files again.
    NODE_COMPILE_CACHE: join(folder, 'compiled'),
  })
  passed = await runTests(files.length > 0 ? files : ALL)
} finally {
  await postgres.stop()
  await rm(folder, { recursive: true, force: true })
}
process.exitCode = passed ? 0 : 1
