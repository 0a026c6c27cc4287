import assert from 'node:assert/strict'
import { cp, mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { newProject, type Project, ROOT } from './project.ts'

type Packed = {
  /** The tarball, as it would be published. */
  tarball: string
  /** Paths of the files in it. */
  files: string[]
  /** A project with the given files in which the tarball is installed. */
  install(files: Readonly<Record<string, unknown>>): Promise<Project>
  remove(): Promise<void>
}

/** Packs the SDK with npm in a copy of its folder, so that nothing in the repository changes meanwhile. */
export async function packSdk(): Promise<Packed> {
  const copy = await newProject()
  const projects: Project[] = [copy]
  const home = join(copy.dir, 'packages/sdk')
  await mkdir(join(copy.dir, 'packages'))
  await cp(join(ROOT, 'packages/sdk'), home, {
    recursive: true,
    filter: (path) => !/[/\\](?:dist|node_modules)$/.test(path),
  })
  await cp(join(ROOT, 'tsconfig.json'), join(copy.dir, 'tsconfig.json'))
  await symlink(join(ROOT, 'node_modules'), join(copy.dir, 'node_modules'), 'dir')
  const args = ['pack', home, '--json', '--offline', '--silent', `--pack-destination=${copy.dir}`]
  const { status, out } = await copy.run('npm', args)
  assert.equal(status, 0, out)
  const { filename, files } = parseAnswer(out)
  const tarball = join(copy.dir, filename)
  return {
    tarball,
    files: files.map(({ path }) => path),
    async install(own) {
      const project = await newProject()
      projects.push(project)
      await project.write({ 'package.json': { private: true }, ...own })
      const flags = ['--offline', '--no-audit', '--no-fund', '--ignore-scripts', '--silent']
      const installed = await project.run('npm', ['install', ...flags, tarball])
      assert.equal(installed.status, 0, installed.out)
      return project
    },
    remove: async () => void (await Promise.all(projects.map((project) => project.remove()))),
  }
}

/** What `npm pack --json` says: a list in npm up to 11, since then an object by name. */
function parseAnswer(out: string) {
  const answer = JSON.parse(out) as Record<string, { filename: string; files: { path: string }[] }>
  const [first] = Object.values(answer)
  assert.ok(first, out)
  return first
}
