import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { COMPILED } from '../support/compiled.ts'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** How a program ended and what it wrote to its standard output. */
export type Ran = { status: number | null; out: string }

/** A folder outside the repository in which programs run as in somebody else's project. */
export type Project = {
  dir: string
  /** Writes files; a value that is no text is written as JSON. */
  write(files: Readonly<Record<string, unknown>>): Promise<void>
  /** Runs a program there. What it writes to its standard error is shown. */
  run(program: string, args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ran>
  remove(): Promise<void>
}

export async function newProject(): Promise<Project> {
  const dir = await mkdtemp(join(tmpdir(), 'skiro-project-'))
  return {
    dir,
    async write(files) {
      for (const [name, content] of Object.entries(files)) {
        const path = join(dir, name)
        await mkdir(dirname(path), { recursive: true })
        await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content))
      }
    },
    async run(program, args, env = {}) {
      const child = spawn(program, args, {
        cwd: dir,
        env: { PATH: process.env.PATH, HOME: dir, ...COMPILED, ...env },
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const [out, [status]] = await Promise.all([
        text(child.stdout),
        once(child, 'close') as Promise<[number | null]>,
      ])
      return { status, out }
    },
    remove: () => rm(dir, { recursive: true, force: true }),
  }
}

/** A project in TypeScript whose `skiro` is the source in this repository. */
export async function sourceProject(): Promise<Project> {
  const project = await newProject()
  await symlink(join(ROOT, 'node_modules'), join(project.dir, 'node_modules'), 'dir')
  await project.write({
    'package.json': { type: 'module' },
    'tsconfig.json': {
      compilerOptions: {
        target: 'es2023',
        module: 'nodenext',
        types: ['node'],
        customConditions: ['source'],
        strict: true,
        noUncheckedIndexedAccess: true,
        exactOptionalPropertyTypes: true,
        allowImportingTsExtensions: true,
        skipLibCheck: true,
        noEmit: true,
      },
    },
  })
  return project
}

/** Types of the whole project. */
export const checkTypes = (project: Project): Promise<Ran> =>
  project.run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', '.'])

/** Runs a TypeScript file of a `sourceProject`. */
export const runSource = (
  project: Project,
  file: string,
  env: Readonly<Record<string, string>>,
): Promise<Ran> => project.run(process.execPath, ['--conditions=source', file], env)
