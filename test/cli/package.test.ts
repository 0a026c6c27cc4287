/** The package as it is published: built, without its sources, and run. */
import assert from 'node:assert/strict'
import { cp, mkdir, readdir, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { newProject, type Project, ROOT } from '../sdk/project.ts'

let project: Project
before(async () => {
  project = await newProject()
  const { dir } = project
  const modules = join(dir, 'node_modules')
  await mkdir(modules)
  await cp(join(ROOT, 'tsconfig.json'), join(dir, 'tsconfig.json'))
  for (const name of ['cli', 'sdk'])
    await cp(join(ROOT, 'packages', name), join(dir, 'packages', name), {
      recursive: true,
      filter: (path) => !/[/\\](?:dist|node_modules)$/.test(path),
    })
  for (const name of await readdir(join(ROOT, 'node_modules')))
    if (!name.startsWith('skiro')) await symlink(join(ROOT, 'node_modules', name), join(modules, name))
  await symlink(join(dir, 'packages/sdk'), join(modules, 'skiro'))
  const built = await project.run('npm', ['run', 'build', '--silent', '--prefix', 'packages/cli'])
  assert.equal(built.status, 0, built.out)
  await rm(join(dir, 'packages/cli/src'), { recursive: true })
  await rm(join(dir, 'packages/sdk/src'), { recursive: true })
})
after(() => project?.remove())

test('it runs without its sources and says what it can do', async () => {
  const version = await project.run('node', ['packages/cli/bin/skiro.mjs', '--version'])
  assert.deepEqual([version.status, version.out.trim()], [0, '0.1.0'])
  const list = await project.run('node', ['packages/cli/bin/skiro.mjs', 'trigger', '--list', '--json'])
  assert.equal(list.status, 0, list.out)
  assert.ok((JSON.parse(list.out) as { data: unknown[] }).data.length >= 12)
})

test('what is published is the program and its page', async () => {
  const { status, out } = await project.run('npm', [
    'pack',
    './packages/cli',
    '--dry-run',
    '--json',
    '--ignore-scripts',
    '--silent',
  ])
  assert.equal(status, 0, out)
  const [packed] = Object.values(JSON.parse(out) as Record<string, { files: { path: string }[] }>)
  const paths = packed?.files.map(({ path }) => path) ?? []
  for (const path of ['bin/skiro.mjs', 'dist/main.js', 'README.md']) assert.ok(paths.includes(path), path)
  assert.ok(paths.every((path) => !path.startsWith('src/') && !path.includes('.test.')))
})
