import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  globSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { cp } from 'node:fs/promises'
import { basename, dirname, join, matchesGlob, relative, sep } from 'node:path'
import { execForm, parseDockerfile, type Stage } from './dockerfile.ts'

/** What the last stage of the Dockerfile left: its files, and how it is started. */
export type Image = {
  readonly base: string
  /** Holds what stands at `/` in the image, without the base image's own files. */
  readonly root: string
  readonly workdir: string
  readonly env: Readonly<Record<string, string>>
  readonly user: string
  readonly stop_signal: string
  readonly entrypoint: readonly string[]
  readonly cmd: readonly string[]
  readonly healthcheck: readonly string[]
}

/**
 * Carries out the Dockerfile of `repository` without Docker: every COPY from what .dockerignore lets through, every RUN
 * in a shell. Only `npm install` is stood in for: the packages that it would choose are taken from those installed.
 */
export async function buildImage(repository: string, into: string): Promise<Image> {
  // As the builder has it.
  process.umask(0o022)
  const context = contextFiles(repository)
  const roots = new Map<string, string>()
  let image: Image | undefined
  for (const [index, stage] of parseDockerfile(
    readFileSync(join(repository, 'Dockerfile'), 'utf8'),
  ).entries()) {
    const root = join(into, String(index))
    mkdirSync(root, { recursive: true })
    if (stage.name !== null) roots.set(stage.name, root)
    image = await runStage(stage, { root, repository, context, roots })
  }
  assert.ok(image, 'the Dockerfile has no stage')
  return image
}

type Build = {
  readonly root: string
  readonly repository: string
  readonly context: readonly string[]
  readonly roots: ReadonlyMap<string, string>
}

async function runStage(stage: Stage, build: Build): Promise<Image> {
  let workdir = '/'
  let env: Record<string, string> = {}
  const told = new Map<string, string>()
  for (const { keyword, text, line } of stage.instructions) {
    const at = `Dockerfile:${line}`
    if (keyword === 'WORKDIR') {
      workdir = text
      mkdirSync(join(build.root, workdir), { recursive: true })
    } else if (keyword === 'COPY') await copy(text, join(build.root, workdir), build, at)
    else if (keyword === 'RUN') await run(text, join(build.root, workdir), build, at)
    else if (keyword === 'ENV') env = { ...env, ...pairs(text) }
    else if (['USER', 'STOPSIGNAL', 'ENTRYPOINT', 'CMD', 'HEALTHCHECK', 'EXPOSE', 'LABEL'].includes(keyword))
      told.set(keyword, text)
    else assert.fail(`${at}: ${keyword} is not known here`)
  }
  const words = (keyword: string) => execForm(/\[.*\]$/.exec(told.get(keyword) ?? '[]')?.[0] ?? '[]')
  return {
    base: stage.base,
    root: build.root,
    workdir,
    env,
    user: told.get('USER') ?? 'root',
    stop_signal: told.get('STOPSIGNAL') ?? 'SIGTERM',
    entrypoint: words('ENTRYPOINT'),
    cmd: words('CMD'),
    healthcheck: words('HEALTHCHECK'),
  }
}

function pairs(text: string): Record<string, string> {
  return Object.fromEntries(text.split(/\s+/).map((pair) => pair.split('=') as [string, string]))
}

/** https://docs.docker.com/reference/dockerfile/#copy: a file into a folder, or what is in a folder into a folder. */
async function copy(text: string, workdir: string, build: Build, at: string): Promise<void> {
  const words = text.split(/\s+/)
  const from = words[0]?.startsWith('--from=') ? words.shift()?.slice('--from='.length) : undefined
  const [to = '', ...sources] = words.toReversed()
  for (const source of sources) {
    const stage = from === undefined ? undefined : build.roots.get(from)
    assert.ok(from === undefined || stage !== undefined, `${at}: there is no stage ${from}`)
    const path = join(stage ?? build.repository, source)
    assert.ok(existsSync(path), `${at}: ${source} does not exist`)
    const is_file = statSync(path).isFile()
    const target = join(workdir, to, is_file && to.endsWith('/') ? basename(source) : '')
    if (stage !== undefined) {
      // The stage before is used up by this.
      mkdirSync(dirname(target), { recursive: true })
      renameSync(path, target)
      continue
    }
    const files = build.context.filter((file) => file === source || file.startsWith(`${source}/`))
    assert.ok(files.length > 0, `${at}: .dockerignore leaves nothing of ${source}`)
    for (const file of files)
      await cp(join(build.repository, file), is_file ? target : join(target, relative(source, file)))
  }
}

async function run(text: string, workdir: string, build: Build, at: string): Promise<void> {
  if (text.startsWith('npm install')) return await install(text, workdir, build.repository)
  const { status, stderr } = spawnSync('/bin/sh', ['-ec', text], { cwd: workdir, encoding: 'utf8' })
  assert.equal(status, 0, `${at}: ${stderr}`)
}

/** What `npm install` chooses, by its own account of what is installed here: the same packages, without the network. */
async function install(text: string, workdir: string, repository: string): Promise<void> {
  const flags = ['--omit=dev', '--workspace skiro-server', '--ignore-scripts', '--no-save']
  for (const flag of flags) assert.ok(text.includes(flag), `npm install without ${flag}`)
  // It ends with 1 when something else of the repository is amiss; what it lists is right all the same.
  const { stdout } = spawnSync(
    'npm',
    ['ls', '--omit=dev', '--workspace', 'skiro-server', '--all', '--parseable'],
    { cwd: repository, encoding: 'utf8' },
  )
  const modules = join(repository, 'node_modules') + sep
  const folders = stdout.split('\n').filter((folder) => folder.startsWith(modules))
  assert.ok(folders.length > 50, 'npm does not say what is installed')
  for (const folder of new Set(folders)) {
    if (basename(folder) === 'skiro-server') continue
    linkFolder(folder, join(workdir, relative(repository, folder)))
  }
  symlinkSync('../packages/server', join(workdir, 'node_modules', 'skiro-server'))
}

/**
 * A package without those inside it. Its files are linked, not copied: nothing changes them, and 160 MB take their time.
 * What the installer made for its own eyes only, or lies on another disk, is copied.
 */
function linkFolder(from: string, to: string): void {
  mkdirSync(to, { recursive: true })
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (entry.name === 'node_modules') continue
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) linkFolder(source, target)
    else if (entry.isFile()) linkFile(source, target)
  }
}

function linkFile(source: string, target: string): void {
  try {
    if ((statSync(source).mode & 0o004) !== 0) return linkSync(source, target)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error
  }
  copyFileSync(source, target)
  chmodSync(target, 0o644)
}

/** Files that `docker build` would see: the last pattern of .dockerignore that fits a path or a folder above decides. */
function contextFiles(repository: string): string[] {
  const patterns = readFileSync(join(repository, '.dockerignore'), 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ keeps: line.startsWith('!'), pattern: line.replace(/^!/, '') }))
  const ignored = (file: string) => {
    const above = [file]
    for (let folder = dirname(file); folder !== '.'; folder = dirname(folder)) above.push(folder)
    const last = patterns.findLast(({ pattern }) => above.some((path) => matchesGlob(path, pattern)))
    return last !== undefined && !last.keeps
  }
  return globSync('{*,packages/**/*}', {
    cwd: repository,
    exclude: ({ name }) => name === 'node_modules',
    withFileTypes: true,
  })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(repository, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
    .filter((file) => !ignored(file))
}

/** Bytes of all files under `folder`, in blocks of 4 KB as a file system counts them. */
export function diskSize(folder: string): number {
  const blocks = execFileSync('du', ['-sk', folder], { encoding: 'utf8' }).split('\t')[0]
  return Number(blocks) * 1024
}
