/** The packed CLI, installed as somebody would: JavaScript only, with the packed SDK and commander, outside the repository. */
import assert from 'node:assert/strict'
import { cp, mkdir, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { startGateway } from '../sdk/gateway.ts'
import { newProject, type Project, ROOT } from '../sdk/project.ts'

const COMMANDER = dirname(createRequire(join(ROOT, 'packages/cli/package.json')).resolve('commander'))

let copy: Project
let project: Project
let files: string[]
const gateway = await startGateway()
before(async () => {
  ;[copy, project] = [await newProject(), await newProject()]
  const packages = join(copy.dir, 'packages')
  const filter = (path: string) => !/[/\\](?:dist|node_modules)$/.test(path)
  for (const name of ['sdk', 'cli'])
    await cp(join(ROOT, 'packages', name), join(packages, name), { recursive: true, filter })
  await cp(join(ROOT, 'tsconfig.json'), join(copy.dir, 'tsconfig.json'))
  await symlink(join(ROOT, 'node_modules'), join(copy.dir, 'node_modules'), 'dir')
  await mkdir(join(packages, 'cli/node_modules'))
  await symlink(join(packages, 'sdk'), join(packages, 'cli/node_modules/skiro'), 'dir')
  await symlink(COMMANDER, join(packages, 'cli/node_modules/commander'), 'dir')

  const tarballs: string[] = []
  // The SDK before the CLI, which is built against it.
  for (const folder of [join(packages, 'sdk'), join(packages, 'cli'), COMMANDER]) {
    const { status, out } = await copy.run('npm', ['pack', folder, '--json', '--offline', '--silent'])
    assert.equal(status, 0, out)
    const [packed] = Object.values(
      JSON.parse(out) as Record<string, { filename: string; files: { path: string }[] }>,
    )
    assert.ok(packed)
    tarballs.push(join(copy.dir, packed.filename))
    if (folder.endsWith('cli')) files = packed.files.map(({ path }) => path)
  }
  await project.write({ 'package.json': { private: true } })
  const flags = ['--offline', '--no-audit', '--no-fund', '--ignore-scripts', '--silent']
  const installed = await project.run('npm', ['install', ...flags, ...tarballs])
  assert.equal(installed.status, 0, installed.out)
})
after(async () => {
  await Promise.all([gateway.close(), copy?.remove(), project?.remove()])
})

test('it holds what it needs and no more', () => {
  for (const path of ['bin/skiro.mjs', 'dist/main.js', 'README.md', 'package.json'])
    assert.ok(files.includes(path), path)
  assert.deepEqual(
    files.filter((path) => /\.ts$|\.test\.|node_modules/.test(path)),
    [],
  )
})

test('it runs', async () => {
  const bin = join(project.dir, 'node_modules/.bin/skiro')
  const version = await project.run(bin, ['--version'])
  assert.deepEqual(version, { status: 0, out: '0.1.0\n' })
  const env = { SKIRO_API_KEY: gateway.merchant.api_key, SKIRO_API_URL: gateway.url }
  const create = [
    'checkout',
    'create',
    '--amount',
    '5',
    '--currency',
    'EUR',
    '--payout-currency',
    'USDT',
    '--json',
  ]
  const made = await project.run(bin, create, env)
  assert.equal(made.status, 0)
  assert.equal((JSON.parse(made.out) as { status: string }).status, 'pending')
})
