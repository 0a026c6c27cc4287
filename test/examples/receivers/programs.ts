import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { go, pathOf, php, python } from './interpreters.ts'

const STAND_INS = join(import.meta.dirname, '../standIns')

/** How a receiver of the page is started in a folder that holds its files. */
export type Program = {
  readonly name: string
  readonly files: readonly string[]
  /** What to install where it cannot run; null where it can. */
  readonly missing: string | null
  /** What the page says how to start it; null when the framework does. */
  readonly told: string | null
  /** Makes it ready; how long that takes says nothing about the receiver. */
  readonly prepare?: (dir: string) => Promise<void>
  readonly command: (port: number) => readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

const node = (...args: string[]): readonly string[] => [
  process.execPath,
  '--conditions=source',
  '--no-warnings',
  ...args,
]

export const PROGRAMS: readonly Program[] = [
  {
    name: 'Express',
    files: ['handle.ts', 'express.ts'],
    missing: null,
    told: 'node express.ts',
    command: () => node('--import', join(STAND_INS, 'useExpress.ts'), 'express.ts'),
  },
  {
    name: 'Fastify',
    files: ['handle.ts', 'fastify.ts'],
    missing: null,
    told: 'node fastify.ts',
    command: () => node('fastify.ts'),
  },
  {
    name: 'Next.js',
    files: ['handle.ts', 'app/webhooks/skiro/route.ts'],
    missing: null,
    told: null,
    command: () => node(join(STAND_INS, 'next.ts'), 'app'),
  },
  {
    name: 'Python',
    files: ['receiver.py'],
    missing: python.missing,
    told: 'python3 receiver.py',
    command: () => [pathOf(python), 'receiver.py'],
  },
  {
    name: 'Go',
    files: ['main.go'],
    missing: go.missing,
    told: 'go run .',
    prepare: compile,
    command: () => ['./receiver'],
    env: { SKIRO_NODE: process.execPath, SKIRO_SQLITE: join(STAND_INS, 'sqlite/sqlite.mjs') },
  },
  {
    name: 'PHP',
    files: ['public/skiro.php'],
    missing: php.missing,
    told: 'php -S 127.0.0.1:3000 public/skiro.php',
    // Errors are displayed, as PHP does without a php.ini: that turns the status of what breaks into 200.
    command: (port) => [pathOf(php), '-d', 'display_errors=1', '-S', `127.0.0.1:${port}`, 'public/skiro.php'],
  },
]

const GO_MOD = `module receiver

go 1.19

require modernc.org/sqlite v1.0.0

replace modernc.org/sqlite => ${join(STAND_INS, 'sqlite')}
`

/** Without cgo no compiler of C is needed. What is built of the standard library stays in Go's own cache. */
async function compile(dir: string): Promise<void> {
  await writeFile(join(dir, 'go.mod'), GO_MOD)
  const settings = {
    GOENV: 'off',
    GOFLAGS: '',
    GOWORK: 'off',
    GOPROXY: 'off',
    GOTOOLCHAIN: 'local',
    CGO_ENABLED: '0',
  }
  const child = spawn(pathOf(go), ['build', '-o', 'receiver', '.'], {
    cwd: dir,
    env: { ...process.env, ...settings },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const [said, [status]] = await Promise.all([
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ])
  if (status !== 0) throw new Error(said)
}
